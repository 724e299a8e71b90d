import type { LiveQueue } from '#contracts/review-answer.js';

import { followShared } from './shared-stream.js';

/** What waits, and whether changes come by themselves now. */
export interface LiveState {
  readonly counts: LiveQueue['counts'] | undefined;
  readonly isLive: boolean;
  /** None do, for this person has too many streams open, or all have. */
  readonly isFull: boolean;
}

/** Follows what waits in the queue. @returns what ends it */
export const followQueue = (tell: (state: LiveState) => void): (() => void) =>
  followShared<LiveQueue>(
    { name: 'portcullis-live', path: '/api/live', event: 'queue' },
    ({ value, isLive, isFull = false }) => tell({ counts: value?.counts, isLive, isFull }),
  );
