import type { ReviewPage } from '#contracts/review-answer.js';
import type { ReviewQuery } from '#contracts/review-query.js';
import type { ReviewStore } from '#persistence/review-store.js';

import { presentReview } from './present-review.js';
import { readCursor, writeCursor } from './review-cursor.js';

/** One page of the cases still to decide. */
export class ListReviews {
  constructor(
    private readonly reviews: ReviewStore,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `invalid-request` for a cursor that no page gave */
  async list({ limit, cursor, state }: ReviewQuery): Promise<ReviewPage> {
    const nowMs = this.nowMs();
    const filter = {
      after: cursor === undefined ? undefined : readCursor(cursor),
      held: state === undefined ? undefined : state === 'claimed',
    };
    const rows = await this.reviews.list(limit + 1, nowMs, filter);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map((row) => presentReview(row, row, nowMs)),
      next: rows.length > limit && last !== undefined ? writeCursor(last) : null,
    };
  }
}
