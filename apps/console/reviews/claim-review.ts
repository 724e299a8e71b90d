import { Problem } from '#contracts/problems.js';
import type { ClaimAnswer } from '#contracts/review-answer.js';
import type { NextReviewBody } from '#contracts/review-work.js';
import type { Reviewer } from '#moderation/review.js';
import type { ReviewEntity } from '#persistence/entities/review.entity.js';
import type { ReviewStore } from '#persistence/review-store.js';

import { filterOf } from './list-reviews.js';
import { refusal } from './refusal.js';

/** Takes a case for one moderator, so that no two look at the same one. */
export class ClaimReview {
  constructor(
    private readonly reviews: ReviewStore,
    private readonly claimMs: number,
    private readonly nowMs: () => number,
  ) {}

  /**
   * @throws Problem `not-found`; `held-by-other`, `held-in-other-tab`, `forbidden`, `conflict` when it is not to be had;
   *   `too-many-claims`
   */
  claim(id: string, who: Reviewer): Promise<ClaimAnswer> {
    return this.take(id, who, false);
  }

  /** The same, also where the caller holds it in another tab, which loses it. @throws Problem as `claim` does */
  takeOver(id: string, who: Reviewer): Promise<ClaimAnswer> {
    return this.take(id, who, true);
  }

  /** @throws Problem `not-found`; `conflict`, `held-by-other`, `held-in-other-tab` for whoever does not hold the case */
  async renew(id: string, who: Reviewer): Promise<ClaimAnswer> {
    const atMs = this.nowMs();
    const moved = await this.reviews.move(id, { did: 'renew', leaseMs: this.claimMs }, { who, atMs });
    if (moved.kind === 'refused') throw refusal(moved);
    return this.answer(moved.review, who.name, atMs);
  }

  /** The first case of a part of the queue. @throws Problem `queue-empty`, `too-many-claims` */
  async next(scope: NextReviewBody, who: Reviewer): Promise<ClaimAnswer> {
    const atMs = this.nowMs();
    const claim = await this.reviews.next(filterOf(scope, atMs), this.claimMs, { who, atMs });
    if (claim === undefined)
      throw new Problem('queue-empty', 'Nothing that you may take waits in this part of the queue.');
    if (claim.kind === 'refused') throw refusal(claim);
    return this.answer(claim.review, who.name, atMs);
  }

  private async take(id: string, who: Reviewer, anyTab: boolean): Promise<ClaimAnswer> {
    const atMs = this.nowMs();
    const claim = await this.reviews.claim(id, who, atMs, this.claimMs, anyTab);
    if (claim.kind === 'refused') throw refusal(claim);
    return this.answer(claim.review, who.name, atMs);
  }

  private answer(
    { id, assetId, revision, claimExpiresAt }: ReviewEntity,
    claimedBy: string,
    atMs: number,
  ): ClaimAnswer {
    const until = claimExpiresAt ?? new Date(atMs + this.claimMs);
    return { id, assetId, state: 'claimed', claimedBy, claimExpiresAt: until.toISOString(), revision };
  }
}
