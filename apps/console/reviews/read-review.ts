import { Problem } from '#contracts/problems.js';
import type { ReviewDetailAnswer } from '#contracts/review-answer.js';
import type { Reviewer } from '#moderation/review.js';
import type { ReviewDetailStore } from '#persistence/review-detail-store.js';
import type { ReviewQueueStore } from '#persistence/review-queue-store.js';

import { presentReview } from './present-review.js';
import { presentAsset, presentNeighbour, presentRevision, presentScores, presentStep } from './present-detail.js';

export interface ReadReviewParts {
  readonly queue: ReviewQueueStore;
  readonly details: ReviewDetailStore;
  readonly slaMs: number;
  readonly nowMs: () => number;
}

/** One case with everything that a moderator decides it by. */
export class ReadReview {
  constructor(private readonly parts: ReadReviewParts) {}

  /** @throws Problem `not-found` */
  async read(id: string, who: Reviewer): Promise<ReviewDetailAnswer> {
    const { queue, details, slaMs, nowMs } = this.parts;
    const atMs = nowMs();
    const [summary, detail] = await Promise.all([queue.find(id, { who, nowMs: atMs }), details.find(id)]);
    if (summary === undefined || detail === undefined) throw new Problem('not-found', 'There is no case with this id.');
    const { review, asset, decisions, scores, steps, neighbours } = detail;
    const { lookalikes, searched, uploaded, uploader } = neighbours;
    return {
      ...presentReview(summary, atMs, slaMs),
      decidedBy: review.decidedBy,
      decidedAt: review.decidedAt?.toISOString() ?? null,
      asset: presentAsset(asset),
      decisions: decisions.map((decision) => presentRevision(decision, asset)),
      scores: scores.map(presentScores),
      steps: steps.map(presentStep),
      lookalikes: { items: lookalikes.map(presentNeighbour), searched },
      uploader: { items: uploaded.map(presentNeighbour), counts: uploader },
      rendition: asset.erasedAt === null ? `/api/assets/${asset.id}/rendition` : null,
    };
  }
}
