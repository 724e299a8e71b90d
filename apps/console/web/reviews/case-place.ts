import type { QueueCounts } from '#contracts/review-answer.js';

import type { QueueFilter } from '../api/reviews.js';
import { upTo, whole } from '../overview/numbers.js';

/** The part of the queue that has been read, and how many there are. */
interface Read {
  /** How many of it have been read. */
  readonly read: number;
  readonly hasMore: boolean;
  /** Within the filter; undefined: nothing has been read yet. */
  readonly counts: QueueCounts | undefined;
}

/** How many cases are in a part of the queue; undefined: in all of it. */
export const countIn = (counts: QueueCounts, state: QueueFilter['state']): number =>
  state === undefined ? counts.open + counts.claimed + counts.held + counts.escalated : counts[state];

/**
 * Where a case is, of how many: `7 of 150`, `7 of 50 000+`; one that is not in the part that has been read says so.
 *
 * @param at its index there; -1: it is not in it
 */
export function placeText(at: number, { read, hasMore, counts }: Read, filter: QueueFilter): string {
  if (counts === undefined) return '';
  // they are counted after the cases are read
  const all = upTo(Math.max(countIn(counts, filter.state), read), counts.more);
  if (at !== -1) return `${whole(at + 1)} of ${all}`;
  if (hasMore) return `not among the first ${whole(read)} of ${all}`;
  return Object.keys(filter).length === 0 ? 'not in the queue' : 'not within the filter';
}
