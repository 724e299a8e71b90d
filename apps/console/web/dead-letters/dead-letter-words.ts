import type { DeadLetterState } from '#contracts/dead-letter.js';
import type { DeadReason } from '#moderation/dead-letter.js';

/** What the closed sets of words about dead letters are called on the pages. */
export const DEAD_REASON_NAMES: Readonly<Record<DeadReason, string>> = {
  crashed: 'crashed',
  timeout: 'timeout',
  memory: 'memory',
  invalid_output: 'invalid output',
  unreadable: 'unreadable',
  bytes_gone: 'bytes gone',
  refused: 'refused',
};
export const DEAD_REASONS = Object.keys(DEAD_REASON_NAMES) as readonly DeadReason[];

export const LETTER_STATE_NAMES: Readonly<Record<DeadLetterState, string>> = {
  open: 'Open',
  closed: 'Closed',
  all: 'All',
};
export const LETTER_STATES = Object.keys(LETTER_STATE_NAMES) as readonly DeadLetterState[];
