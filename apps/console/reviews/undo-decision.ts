import { Problem } from '#contracts/problems.js';
import type { BulkUndoneAnswer } from '#contracts/review-bulk.js';
import type { UndoneAnswer } from '#contracts/review-answer.js';
import type { Reviewer } from '#moderation/review.js';
import type { DecisionKey } from '#persistence/review-lessons.js';
import type { UndoRefusal } from '#persistence/review-undo.js';
import type { ReviewUndoStore } from '#persistence/review-undo-store.js';

/** Takes people's decisions back. */
export class UndoDecision {
  constructor(
    private readonly undos: ReviewUndoStore,
    private readonly claimMs: number,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `not-found`, `forbidden`, `decided-since`, `erased` */
  async undo(decision: DecisionKey, note: string | null, who: Reviewer): Promise<UndoneAnswer> {
    const undone = await this.undos.undo(decision, { who, atMs: this.nowMs(), note, leaseMs: this.claimMs });
    if (undone.kind === 'refused') throw refusalOf(undone.why);
    const { assetId, review, revision, verdict, transition, served } = undone;
    return {
      reviewId: review.id,
      assetId,
      revision,
      verdict,
      transition,
      served,
      claimedBy: review.claimedBy,
      claimExpiresAt: review.claimExpiresAt?.toISOString() ?? null,
    };
  }

  /** Whatever still stands of a bulk decision. @throws Problem `not-found`, `forbidden` */
  async undoBulk(id: string, note: string | null, who: Reviewer): Promise<BulkUndoneAnswer> {
    const undone = await this.undos.undoBulk(id, { who, atMs: this.nowMs(), note, leaseMs: null });
    if (undone.kind === 'refused') throw refusalOf(undone.why);
    return { id, undone: undone.undone, kept: undone.kept };
  }
}

function refusalOf(why: UndoRefusal): Problem {
  switch (why) {
    case 'unknown':
    case 'not_human':
      return new Problem('not-found', 'No person took a decision with this id.');
    case 'not_own':
      return new Problem('forbidden', 'Somebody else decided this: they take it back, or a senior or an admin does.');
    case 'decided_since':
      return new Problem('decided-since', 'Another decision is in force by now, or this one was taken back already.');
    case 'erased':
      return new Problem('erased', 'The asset of this decision has been erased.');
  }
}
