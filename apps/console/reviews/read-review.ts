import { Problem } from '#contracts/problems.js';
import type { ReviewDetailAnswer } from '#contracts/review-answer.js';
import type { ReviewDetailStore } from '#persistence/review-detail-store.js';

import { presentReview } from './present-review.js';
import { presentAsset, presentRevision, presentScores } from './present-detail.js';

/** One case with everything that a moderator decides it by. */
export class ReadReview {
  constructor(
    private readonly details: ReviewDetailStore,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `not-found` */
  async read(id: string): Promise<ReviewDetailAnswer> {
    const detail = await this.details.find(id);
    if (detail === undefined) throw new Problem('not-found', 'There is no case with this id.');
    const { review, asset, decisions, scores } = detail;
    return {
      ...presentReview(review, asset, this.nowMs()),
      decidedBy: review.decidedBy,
      decidedAt: review.decidedAt?.toISOString() ?? null,
      asset: presentAsset(asset),
      decisions: decisions.map(presentRevision),
      scores: scores.map(presentScores),
    };
  }
}
