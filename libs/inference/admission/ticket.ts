import type { ClassifyOutcome } from '#contracts/classify.js';
import type { MediaType } from '#contracts/media-type.js';
import type { TrafficClass } from '#moderation/words.js';
import type { Inferred } from '../classifier/call.js';
import type { ClassifierFailed } from '../classifier/errors.js';
import type { Waiting } from '../batching/waiting-line.js';

/** What a caller gets for its image. */
export interface Admitted {
  readonly outcome: ClassifyOutcome;
  /** From its arrival to a process taking it. */
  readonly queueMs: number;
  /** Images in its batch. */
  readonly batch: number;
}

interface TicketBase extends Waiting {
  readonly clientId: string;
  readonly trafficClass: TrafficClass;
  /** On the queue's clock. */
  readonly deadlineAtMs: number;
  /** How many single images it counts for. */
  readonly weight: number;
  /** What its client is charged for when it goes, see `FairTurns`. */
  readonly chargeMs: number;
  /** What its look is expected to take at most, see `AdmissionForecast.lookMs`. */
  readonly lookMs: number;
  readonly reject: (error: unknown) => void;
}

/** A stored image that waits to be classified. */
export interface PathTicket extends TicketBase {
  readonly kind: 'path';
  readonly path: string;
  readonly perceptual: boolean;
  /** How the batch failed that it was in: it is tried once more, alone. */
  readonly failedOnce: ClassifierFailed | undefined;
  readonly resolve: (admitted: Admitted) => void;
}

/** A stored image that takes long to decode, and waits for a process that nobody else wants. */
export interface CostlyTicket extends Omit<PathTicket, 'kind'> {
  readonly kind: 'costly';
  readonly mediaType: MediaType;
  /** What decoding takes by the seed of its media type. */
  readonly seedMs: number;
}

/** Views that wait to be scored. They are a batch by themselves. */
export interface ViewsTicket extends TicketBase {
  readonly kind: 'views';
  readonly views: readonly Uint8Array[];
  readonly resolve: (inferred: Inferred) => void;
}

export type Ticket = PathTicket | ViewsTicket;

/** Whether others may be in its batch. */
export const joins = (ticket: Ticket): boolean => ticket.kind === 'path' && ticket.failedOnce === undefined;

export const weightOf = (tickets: readonly Ticket[]): number => tickets.reduce((sum, { weight }) => sum + weight, 0);
