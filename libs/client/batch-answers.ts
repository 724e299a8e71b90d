import type { Metadata, Transition } from './answers.js';
import type { ProblemCode } from './problem-errors.js';

/** Types of what is sent as a batch: JSON lines of addresses, or one archive. */
export type BatchType = 'application/x-ndjson' | 'application/zip' | 'application/x-tar' | 'application/gzip';

/** One of a client's batches, as a list shows it. */
export interface BatchSummary {
  readonly id: string;
  readonly kind: 'urls' | 'archive';
  readonly state: 'running' | 'done' | 'cancelled';
  readonly total: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly links: { readonly self: string; readonly errors: string };
}

/** Where a batch stands and what came of it so far. */
export interface Batch extends BatchSummary {
  readonly counts: {
    readonly total: number;
    readonly waiting: number;
    /** Each has become an asset with a provisional decision. */
    readonly accepted: number;
    readonly failed: number;
    readonly cancelled: number;
  };
  readonly report: {
    /** Provisional decisions. */
    readonly verdicts: Readonly<Record<'allow' | 'block', number>>;
    /** How final decisions changed them; `pending` have none yet. */
    readonly transitions: Readonly<Partial<Record<Transition | 'pending', number>>>;
    readonly failures: Readonly<Partial<Record<ProblemCode, number>>>;
    readonly itemsPerSecond: number | null;
  };
}

/** One image of a batch by its address. */
export interface BatchLine {
  readonly url: string;
  readonly externalId?: string | undefined;
  readonly uploaderId?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

/** An item that failed. It may be sent again as it is, in a batch of its own kind. */
export interface BatchError extends Omit<BatchLine, 'url'> {
  readonly url?: string;
  /** Its path in the archive. */
  readonly file?: string;
  readonly problem: { readonly code: ProblemCode; readonly detail: string };
}
