import type { ReviewAnswer } from '#contracts/review-answer.js';
import type { AssetEntity } from '#persistence/entities/asset.entity.js';
import type { ReviewEntity } from '#persistence/entities/review.entity.js';

/** A case for moderators. A claim that has run out at `nowMs` is not shown: the case is anybody's again. */
export function presentReview(
  review: ReviewEntity,
  { transition, served }: Pick<AssetEntity, 'transition' | 'served'>,
  nowMs: number,
): ReviewAnswer {
  const { state, claimedBy, claimExpiresAt } = review;
  const lapsed = state === 'claimed' && claimExpiresAt !== null && claimExpiresAt.getTime() <= nowMs;
  return {
    id: review.id,
    assetId: review.assetId,
    state: lapsed ? 'open' : state,
    disagreement: review.disagreement,
    margin: review.margin,
    transition,
    served,
    openedAt: review.openedAt.toISOString(),
    claimedBy: lapsed ? null : claimedBy,
    claimExpiresAt: lapsed ? null : (claimExpiresAt?.toISOString() ?? null),
    revision: review.revision,
  };
}
