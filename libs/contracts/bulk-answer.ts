import type { ProvisionalVerdict, Transition } from '#moderation/words.js';

import type { ProblemCode } from './problems.js';

export type BulkState = 'running' | 'done' | 'cancelled';

/** Whether the images were named by their addresses, or came in one archive. */
export type BulkKind = 'urls' | 'archive';

/** How many of its items are where. */
export interface BulkCounts {
  readonly total: number;
  readonly waiting: number;
  /** Each has become an asset with a provisional decision. */
  readonly accepted: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** One of a client's bulk submissions, as a list shows it. */
export interface BulkSummary {
  readonly id: string;
  readonly kind: BulkKind;
  readonly state: BulkState;
  readonly total: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly links: { readonly self: string; readonly errors: string };
}

/** Where it stands and what came of it so far. */
export interface BulkAnswer extends BulkSummary {
  readonly counts: BulkCounts;
  readonly report: BulkReport;
}

export interface BulkReport {
  /** Provisional decisions. */
  readonly verdicts: Readonly<Record<ProvisionalVerdict, number>>;
  /** How final decisions changed them; `pending` have none yet. */
  readonly transitions: Readonly<Partial<Record<Transition | 'pending', number>>>;
  /** Failed items by the code of their problem. */
  readonly failures: Readonly<Partial<Record<ProblemCode, number>>>;
  /** Accepted and failed items a second, from the submission to the last of them; null before the first. */
  readonly itemsPerSecond: number | null;
}

export interface BulkPage {
  readonly items: readonly BulkSummary[];
  readonly next: string | null;
}

/** Why one item failed. */
export interface ItemProblem {
  readonly code: ProblemCode;
  readonly detail: string;
}
