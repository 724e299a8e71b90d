import { isHuman, served, standing } from '../standing.js';
import { lastingWords, rolledBackIn, type CausedDecision } from './lasting-words.js';

/**
 * The earlier decisions that must be appended again, in this order, so that an asset stands and is served as if the
 * campaign had never decided on it. Mostly it is the one that stood before. Where that is `review`, which says nothing of
 * what is served, the newest verdict before it that does goes first. None where the campaign's word rules nothing any more,
 * or a person's does.
 *
 * @param history every decision
 * @param causeId the campaign
 */
export function decisionsToRestore<R extends CausedDecision>(history: readonly R[], causeId: string): R[] {
  const stands = standing(history);
  if (stands === undefined || isHuman(stands.source)) return [];
  const kept = history.filter((decision) => decision.kept === true).map((decision) => decision.causeId);
  const takenBack = new Set([...rolledBackIn(history), ...kept]);
  const counted = lastingWords(history, takenBack);
  const rest = lastingWords(history, takenBack.add(causeId));
  const former = rest.at(-1);
  const isShown = served(rest);
  if (former === undefined || (former === counted.at(-1) && isShown === served(counted))) return [];
  if (former.verdict !== 'review' || isShown === served(history)) return [former];
  const settling = rest.findLast(({ verdict }) => verdict !== 'review');
  return settling === undefined ? [former] : [settling, former];
}
