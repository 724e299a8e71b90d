import { covers } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';
import type { CaseStepDone } from '#contracts/review-answer.js';
import type { AssignBody, HoldBody, OptionalReasonBody, ReasonBody } from '#contracts/review-work.js';
import { isClaimed, isHeld, type CaseMove, type Reviewer } from '#moderation/review.js';
import type { ReviewAssigneeStore } from '#persistence/review-assignee-store.js';
import { factsOf } from '#persistence/review-row.js';
import type { ReviewStore } from '#persistence/review-store.js';

import { refusal } from './refusal.js';

/** A case that is put off for longer is forgotten: escalate it, or assign it. */
const HOLD_MS_MAX = 30 * 86_400_000;

/** What moderators do with a case besides claiming and deciding it. */
export class MoveReview {
  constructor(
    private readonly reviews: ReviewStore,
    private readonly assignees: ReviewAssigneeStore,
    private readonly nowMs: () => number,
  ) {}

  /** Gives one's claim up. @throws Problem as all of these: `not-found`, `conflict`, `held-by-other`, `forbidden` */
  release(id: string, who: Reviewer): Promise<CaseStepDone> {
    return this.move(id, { did: 'release' }, who, null);
  }

  /** Puts a case behind the others, for this moderator. */
  skip(id: string, { reason }: ReasonBody, who: Reviewer): Promise<CaseStepDone> {
    return this.move(id, { did: 'skip' }, who, reason);
  }

  /** Puts a case off until a time. @throws Problem `invalid-request` for one that has passed, or is too far ahead */
  hold(id: string, { until, reason }: HoldBody, who: Reviewer): Promise<CaseStepDone> {
    const nowMs = this.nowMs();
    const untilMs = until.getTime();
    if (untilMs <= nowMs || untilMs > nowMs + HOLD_MS_MAX) {
      throw wrong('/until', 'must be a time to come, within 30 days');
    }
    return this.move(id, { did: 'hold', untilMs }, who, reason);
  }

  /** Leaves a case to a senior. */
  escalate(id: string, { reason }: ReasonBody, who: Reviewer): Promise<CaseStepDone> {
    return this.move(id, { did: 'escalate' }, who, reason);
  }

  /** Gives a case to somebody. @throws Problem `invalid-request` for whoever may not decide it */
  async assign(id: string, { assignee, reason }: AssignBody, who: Reviewer): Promise<CaseStepDone> {
    const role = await this.assignees.roleOf(assignee);
    if (role === undefined) throw wrong('/assignee', 'must be somebody who may decide cases');
    const to = { name: assignee, senior: covers(['senior', 'admin'], role) };
    return this.move(id, { did: 'assign', to }, who, reason ?? null);
  }

  /** Takes a hold, an escalation or an assignment back. */
  return(id: string, { reason }: OptionalReasonBody, who: Reviewer): Promise<CaseStepDone> {
    return this.move(id, { did: 'return' }, who, reason ?? null);
  }

  private async move(id: string, move: CaseMove, who: Reviewer, note: string | null): Promise<CaseStepDone> {
    const atMs = this.nowMs();
    const moved = await this.reviews.move(id, move, { who, atMs, note });
    if (moved.kind === 'refused') throw refusal(moved);
    const { review } = moved;
    const facts = factsOf(review);
    const held = isHeld(facts, atMs);
    const open = review.escalatedBy === null ? 'open' : 'escalated';
    return {
      id,
      assetId: review.assetId,
      state: isClaimed(facts, atMs) ? 'claimed' : held ? 'held' : open,
      claimedBy: review.claimedBy,
      assignedTo: review.assignedTo,
      heldUntil: held ? (review.heldUntil?.toISOString() ?? null) : null,
      revision: review.revision,
    };
  }
}

const wrong = (pointer: string, detail: string): Problem =>
  new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', {
    errors: [{ pointer, detail }],
  });
