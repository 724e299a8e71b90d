import type {
  ClosedAnswer,
  DeadLetterDetailAnswer,
  DeadLetterPage,
  Discard,
  Resubmission,
} from '#contracts/dead-letter-answer.js';
import type { DeadLetterState } from '#contracts/dead-letter.js';

import { queryOf, request } from './request.js';

/** One page of what the heavy tier gave up on, the newest first. */
export const readDeadLetters = (
  state: DeadLetterState,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<DeadLetterPage> => request('GET', `/dead-letters${queryOf({ state, cursor })}`, undefined, signal);

/** One, explained. */
export const readDeadLetter = (id: number, signal: AbortSignal): Promise<DeadLetterDetailAnswer> =>
  request('GET', `/dead-letters/${id}`, undefined, signal);

/** Has them tried again. */
export const resubmit = (ids: readonly number[], note: string): Promise<ClosedAnswer<Resubmission>> =>
  request('POST', '/dead-letters/resubmit', { ids, note });

/** Gives them up. */
export const discard = (ids: readonly number[], note: string): Promise<ClosedAnswer<Discard>> =>
  request('POST', '/dead-letters/discard', { ids, note });
