import type {
  ClosedAnswer,
  DeadLetterDetailAnswer,
  DeadLetterPage,
  Discard,
  Resubmission,
} from '#contracts/dead-letter-answer.js';
import type { DeadLetterState } from '#contracts/dead-letter.js';
import type { DeadReason } from '#moderation/dead-letter.js';

import { queryOf, request } from './request.js';

/** Which dead letters. */
export interface DeadLetterFilter {
  readonly state: DeadLetterState;
  readonly reason?: DeadReason | undefined;
  /** RFC 3339: that came then or later. */
  readonly since?: string | undefined;
}

const PAGE = 100;

/** One page of what the heavy tier gave up on, the newest first. */
export const readDeadLetters = (
  filter: DeadLetterFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<DeadLetterPage> =>
  request('GET', `/dead-letters${queryOf({ ...filter, cursor, limit: PAGE })}`, undefined, signal);

/** One, explained. */
export const readDeadLetter = (id: number, signal: AbortSignal): Promise<DeadLetterDetailAnswer> =>
  request('GET', `/dead-letters/${id}`, undefined, signal);

/** Has them tried again. */
export const resubmit = (ids: readonly number[], note: string): Promise<ClosedAnswer<Resubmission>> =>
  request('POST', '/dead-letters/resubmit', { ids, note });

/** Gives them up. */
export const discard = (ids: readonly number[], note: string): Promise<ClosedAnswer<Discard>> =>
  request('POST', '/dead-letters/discard', { ids, note });
