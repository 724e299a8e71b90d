import type { Judgement } from './judge.js';
import { reconcile, type Before, type Reconciliation } from './reconcile.js';
import { isHuman, served, standing, withoutUndos, type RevisionFacts } from './standing.js';
import type { Band, Stage, Verdict } from './words.js';

/** One decision as the history of an asset knows it. */
export interface PastDecision extends RevisionFacts {
  readonly band: Band | null;
  readonly decidedAtMs: number;
}

/** What a new decision changes: data for one transaction to write. */
export interface Superseding {
  readonly revision: number;
  /** The revision that loses its force to this one; null when the new one does not come into force. */
  readonly supersedes: number | null;
  /** The asset as it stands afterwards. */
  readonly standingRevision: number;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly served: boolean;
  /** Null when a human decision stands and the machine's changes nothing. */
  readonly reconciliation: Reconciliation | null;
  /** A human must look: the new decision stands and its verdict is `review`. */
  readonly needsReview: boolean;
}

/**
 * Appends a final decision to an asset's history. A machine's decision after a human one is kept as a revision and
 * changes nothing else: a human decision locks.
 *
 * @param history every decision so far, at least the provisional one
 */
export function supersede(history: readonly PastDecision[], judgement: Judgement, atMs: number): Superseding {
  const before = standing(history);
  if (before === undefined) throw new Error('an asset has a provisional decision before it has a final one');
  const revision = Math.max(...history.map((decision) => decision.revision)) + 1;
  const added = { ...judgement, revision, stage: 'final' as const, decidedAtMs: atMs };
  const after = [...history, added];
  if (isHuman(before.source) && !isHuman(judgement.source)) {
    return {
      revision,
      supersedes: null,
      standingRevision: before.revision,
      stage: before.stage,
      verdict: before.verdict,
      served: served(after),
      reconciliation: null,
      needsReview: false,
    };
  }
  return {
    revision,
    supersedes: before.revision,
    standingRevision: revision,
    stage: 'final',
    verdict: judgement.verdict,
    served: served(after),
    reconciliation: reconcile(beforeOf(history), judgement.verdict, atMs),
    needsReview: judgement.verdict === 'review',
  };
}

const beforeOf = (history: readonly PastDecision[]): Before => ({
  served: served(history),
  sinceMs: servedSinceMs(history),
  shownMs: shownBeforeDefaultMs(history),
});

/**
 * How long the asset was served before a default withheld it because its final was late. That the default was right
 * shows when a final blocks the asset; whatever allows or blocks it has the last word on it, unless it was taken back.
 *
 * @returns null where no default withholds it, or nothing was served before
 */
function shownBeforeDefaultMs(history: readonly PastDecision[]): number | null {
  const withholding = withoutUndos(history).findLast(({ verdict }) => verdict !== 'review');
  if (withholding?.stage !== 'provisional' || withholding.source !== 'default') return null;
  const before = history.filter(({ revision }) => revision < withholding.revision);
  if (!served(before)) return null;
  return Math.max(0, withholding.decidedAtMs - servedSinceMs(before));
}

/** Since when the asset has been served, or withheld, as it is now: the start of the unbroken streak. */
export function servedSinceMs(history: readonly PastDecision[]): number {
  const inOrder = [...history].sort((a, b) => a.revision - b.revision);
  let since = inOrder[0]?.decidedAtMs ?? 0;
  let shown = served(inOrder.slice(0, 1));
  for (const [index, decision] of inOrder.entries()) {
    const now = served(inOrder.slice(0, index + 1));
    if (now === shown) continue;
    shown = now;
    since = decision.decidedAtMs;
  }
  return since;
}

/** Whether the tiers saw an asset differently: such reviews come first. No band from either tier counts as differing. */
export function tiersDisagree(provisional: Band | null, final: Band | null): boolean {
  return provisional === null || final === null || provisional !== final;
}
