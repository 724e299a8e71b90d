import type { Source, Stage, Verdict } from './words.js';

/** As much of a decision as decides what is served. Revisions count from 1 without gaps. */
export interface RevisionFacts {
  readonly revision: number;
  readonly stage: Stage;
  readonly source: Source;
  readonly verdict: Verdict;
}

/** Whether a person took this decision: it locks, and no machine supersedes it. */
export const isHuman = (source: Source): boolean => source === 'moderator' || source === 'appeal';

/** The decision in force: the newest human one, or else the newest. Undefined for no decisions at all. */
export function standing<R extends RevisionFacts>(revisions: readonly R[]): R | undefined {
  const newestFirst = [...revisions].sort((a, b) => b.revision - a.revision);
  return newestFirst.find((decision) => isHuman(decision.source)) ?? newestFirst[0];
}

/**
 * May the client show it: a pure function of the revisions. `review` changes nothing until a human has decided, so
 * the newest `allow` or `block` up to the standing decision counts; without one nothing is served.
 */
export function served(revisions: readonly RevisionFacts[]): boolean {
  const inForce = standing(revisions);
  if (inForce === undefined) return false;
  const settled = [...revisions]
    .filter((decision) => decision.revision <= inForce.revision && decision.verdict !== 'review')
    .sort((a, b) => b.revision - a.revision)[0];
  return settled?.verdict === 'allow';
}
