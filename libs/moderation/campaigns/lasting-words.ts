import { withoutUndos, type RevisionFacts } from '../standing.js';
import type { Cause } from '../words.js';

/** A decision as far as campaigns go. */
export interface CausedDecision extends RevisionFacts {
  readonly cause: Cause | null;
  /** The campaign, where the cause is one or its rollback. */
  readonly causeId: string | null;
  /** A campaign's that its rollback left as it was; left out: it did not. */
  readonly kept?: boolean;
}

/** The campaigns of which something was taken back. */
export const rolledBackIn = (history: readonly CausedDecision[]): Set<string | null> =>
  new Set(history.filter(({ cause }) => cause === 'rollback').map(({ causeId }) => causeId));

/**
 * The decisions in force as if the campaigns `takenBack` had never been, first to newest: their words do not count, and
 * what took them back only says again what does.
 */
export const lastingWords = <R extends CausedDecision>(
  history: readonly R[],
  takenBack: ReadonlySet<string | null>,
): R[] =>
  withoutUndos(history).filter(
    ({ cause, causeId }) => cause !== 'rollback' && !(cause === 'campaign' && takenBack.has(causeId)),
  );
