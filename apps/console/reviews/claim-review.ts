import type { ClaimAnswer } from '#contracts/review-answer.js';
import type { ReviewStore } from '#persistence/review-store.js';

import { refusal } from './refusal.js';

/** Takes a case for one moderator, so that no two look at the same one. */
export class ClaimReview {
  constructor(
    private readonly reviews: ReviewStore,
    private readonly claimMs: number,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `not-found`; `conflict` when somebody else holds the case, or it is decided */
  async claim(id: string, moderator: string): Promise<ClaimAnswer> {
    const nowMs = this.nowMs();
    const claim = await this.reviews.claim(id, moderator, nowMs, this.claimMs);
    if (claim.kind === 'refused') throw refusal(claim);
    return {
      id,
      assetId: claim.review.assetId,
      state: 'claimed',
      claimedBy: moderator,
      claimExpiresAt: new Date(nowMs + this.claimMs).toISOString(),
      revision: claim.review.revision,
    };
  }
}
