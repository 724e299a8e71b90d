import type { AuditFilter } from './audit.js';
import type { QueueFilter } from './reviews.js';

/** The names under which answers are kept: everything that asks or changes something uses these and no others. */
export const KEYS = {
  session: ['session'],
  queues: ['queue'],
  queue: (filter: QueueFilter) => ['queue', filter],
  reviews: ['review'],
  review: (id: string) => ['review', id],
  decisions: ['decisions'],
  audit: (filter: AuditFilter) => ['audit', filter],
  deadLetters: ['dead-letters'],
  deadLetterList: (state: string) => ['dead-letters', 'list', state],
  deadLetter: (id: number) => ['dead-letters', 'one', id],
  persons: ['persons'],
} as const;
