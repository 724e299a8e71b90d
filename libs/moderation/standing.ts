import type { Source, Stage, Verdict } from './words.js';

/** As much of a decision as decides what is served. Revisions count from 1 without gaps. */
export interface RevisionFacts {
  readonly revision: number;
  readonly stage: Stage;
  readonly source: Source;
  readonly verdict: Verdict;
  /** The human decision that this one takes back: it stands in for what stood before. Null or left out: none. */
  readonly undoes?: number | null;
}

/** Whether a person took this decision: it locks, and no machine supersedes it. */
export const isHuman = (source: Source): boolean => source === 'moderator' || source === 'appeal';

/** The decision in force: the newest human one that nobody took back, or else the newest. Undefined for no decisions at all. */
export const standing = <R extends RevisionFacts>(revisions: readonly R[]): R | undefined =>
  everInForce(revisions).at(-1);

/**
 * May the client show it: a pure function of the revisions. `review` changes nothing until a human has decided, so
 * the newest `allow` or `block` that ever came into force counts; without one nothing is served.
 */
export function served(revisions: readonly RevisionFacts[]): boolean {
  const settled = everInForce(revisions).filter((decision) => decision.verdict !== 'review');
  return settled.at(-1)?.verdict === 'allow';
}

/** The decisions that came into force and were not taken back, each once: what took one back only says another again. */
export const withoutUndos = <R extends RevisionFacts>(revisions: readonly R[]): R[] =>
  everInForce(revisions).filter(({ undoes = null }) => undoes === null);

/**
 * The decisions that came into force and were not taken back, first to newest: a machine's after a human one never does,
 * also where that one is taken back later.
 */
export function everInForce<R extends RevisionFacts>(revisions: readonly R[]): R[] {
  const inForce: R[] = [];
  for (const decision of [...revisions].sort((a, b) => a.revision - b.revision)) {
    const { undoes = null, source } = decision;
    if (undoes !== null) {
      const undone = inForce.findIndex(({ revision }) => revision === undoes);
      if (undone !== -1) inForce.splice(undone, 1);
      inForce.push(decision);
    } else if (isHuman(source) || !inForce.some((earlier) => isHuman(earlier.source))) {
      inForce.push(decision);
    }
  }
  return inForce;
}
