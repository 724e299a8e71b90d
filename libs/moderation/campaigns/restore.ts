import { everInForce, served, standing, type RevisionFacts } from '../standing.js';

/**
 * The earlier decisions that must be appended again, in this order, so that an asset stands and is served as it did
 * before the revision `undone`. Mostly it is the one that stood then. Where that was `review`, which says nothing of
 * what is served, the newest verdict before it that does goes first.
 *
 * @param history every decision, `undone` the one in force
 */
export function decisionsToRestore<R extends RevisionFacts>(history: readonly R[], undone: number): R[] {
  const before = history.filter(({ revision }) => revision < undone).sort((a, b) => a.revision - b.revision);
  const former = standing(before);
  if (former === undefined) return [];
  if (former.verdict !== 'review' || served(before) === served(history)) return [former];
  const settling = everInForce(before).findLast(({ verdict }) => verdict !== 'review');
  return settling === undefined ? [former] : [settling, former];
}
