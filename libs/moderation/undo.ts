import { servedSinceMs, type PastDecision, type Superseding } from './history.js';
import { reconcile } from './reconcile.js';
import { isHuman, served, standing } from './standing.js';
import type { Verdict } from './words.js';

/** Why a human decision cannot be taken back: another came into force since, or it is no human's. */
export type UndoRefusal = 'decided_since' | 'not_human';

export type Undo =
  | { readonly kind: 'refused'; readonly why: UndoRefusal }
  | {
      readonly kind: 'undone';
      /** The decision that stands again, whose verdict, source and reasons the new revision has. */
      readonly former: number;
      readonly next: Superseding;
    };

/**
 * Takes the human decision `revision` back: a new revision says again what stood before, and is served as it was then.
 *
 * @param history every decision so far; what is undone has one before it
 */
export function undoDecision(history: readonly PastDecision[], revision: number, atMs: number): Undo {
  const stands = standing(history);
  const undone = history.find((decision) => decision.revision === revision);
  if (undone === undefined || !isHuman(undone.source)) return { kind: 'refused', why: 'not_human' };
  if (stands?.revision !== revision) return { kind: 'refused', why: 'decided_since' };
  const former = standing(history.filter((decision) => decision.revision < revision));
  if (former === undefined) throw new Error('a human decides about what a machine has decided before');
  const newest = Math.max(...history.map((decision) => decision.revision)) + 1;
  const after = [...history, { ...former, revision: newest, decidedAtMs: atMs, undoes: revision }];
  const { stage, verdict } = former;
  const before = { served: served(history), sinceMs: servedSinceMs(history) };
  const shown = served(after);
  return {
    kind: 'undone',
    former: former.revision,
    next: {
      revision: newest,
      supersedes: revision,
      standingRevision: newest,
      stage,
      verdict,
      served: shown,
      reconciliation: reconcile(before, told(verdict, before.served, shown), atMs),
      needsReview: true,
    },
  };
}

/** `review` says nothing of what is served: where that changes with it, clients hear of the change as of any other. */
function told(verdict: Verdict, before: boolean, after: boolean): Verdict {
  if (verdict !== 'review' || before === after) return verdict;
  return after ? 'allow' : 'block';
}
