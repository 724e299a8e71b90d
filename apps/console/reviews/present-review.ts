import type { ReviewAnswer } from '#contracts/review-answer.js';
import type { ReviewSummary } from '#persistence/review-queue-store.js';

import { slaOf } from './sla.js';

/** A case for moderators. A claim or a hold that has run out is not shown: the case is anybody's again. */
export function presentReview(review: ReviewSummary, nowMs: number, slaMs: number): ReviewAnswer {
  const { state, change, exposureMs, openedAt, claimedBy, claimExpiresAt, heldUntil, heldBy, ...shown } = review;
  const claimed = state === 'claimed';
  const held = heldUntil !== null && heldUntil.getTime() > nowMs;
  return {
    ...shown,
    state,
    change,
    exposureMs: change === 'late_block' ? Math.max(0, Math.round(exposureMs)) : null,
    openedAt: openedAt.toISOString(),
    sla: slaOf(openedAt.getTime(), nowMs, slaMs),
    claimedBy: claimed || state === 'decided' ? claimedBy : null,
    claimExpiresAt: claimed ? (claimExpiresAt?.toISOString() ?? null) : null,
    heldUntil: held ? heldUntil.toISOString() : null,
    heldBy: held ? heldBy : null,
  };
}
