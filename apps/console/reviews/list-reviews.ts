import type { QueueCounts, ReviewPage } from '#contracts/review-answer.js';
import type { ReviewQuery, ReviewScope } from '#contracts/review-query.js';
import type { Reviewer } from '#moderation/review.js';
import type { QueueFilter } from '#persistence/review-queue.js';
import { COUNTED_MAX, type CaseCounts, type ReviewQueueStore } from '#persistence/review-queue-store.js';

import { presentReview } from './present-review.js';
import { readCursor, writeCursor } from './review-cursor.js';
import { marksOf } from './sla.js';

/** One page of the cases still to decide. */
export class ListReviews {
  constructor(
    private readonly queue: ReviewQueueStore,
    private readonly slaMs: number,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `invalid-request` for a cursor that no page gave */
  async list({ limit, cursor, ...scope }: ReviewQuery, who: Reviewer): Promise<ReviewPage> {
    const nowMs = this.nowMs();
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const filter = filterOf(scope, nowMs);
    const rows = await this.queue.list(filter, { who, nowMs }, limit + 1, after);
    const counts = await this.queue.counts(filter, { who, nowMs }, marksOf(nowMs, this.slaMs));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map((row) => presentReview(row, nowMs, this.slaMs)),
      next: rows.length > limit && last !== undefined ? writeCursor(last, after?.asOfMs ?? nowMs) : null,
      counts: presentCounts(counts),
      slaMs: this.slaMs,
    };
  }
}

/** What narrows the queue, as the store knows it. */
export function filterOf({ olderThanMs, ...scope }: ReviewScope & QueueFilter, nowMs: number): QueueFilter {
  return { ...scope, ...(olderThanMs === undefined ? {} : { openedByMs: nowMs - olderThanMs }) };
}

/** As nobody sees the queue: nothing is theirs. */
export const NOBODY = { name: '', senior: true };

/** What there is to decide, the same for all who look. */
export async function countAll(
  queue: Pick<ReviewQueueStore, 'counts'>,
  nowMs: number,
  slaMs: number,
): Promise<QueueCounts> {
  return presentCounts(await queue.counts({}, { who: NOBODY, nowMs }, marksOf(nowMs, slaMs)));
}

/** Counts for people: `more` where they end at their bound. */
function presentCounts({ counted, ...counts }: CaseCounts): QueueCounts {
  return { ...counts, green: counted - counts.red - counts.amber, more: counted > COUNTED_MAX };
}
