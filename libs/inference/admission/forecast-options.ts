import type { ClientTimes } from '../batching/client-times.js';
import type { ServiceTimes } from '../batching/service-times.js';
import type { LongLooks } from './long-looks.js';
import type { LooksInHand } from './looks-in-hand.js';
import type { CostlyTicket, Ticket } from './ticket.js';
import type { ClassedRank } from './turn-order.js';

export interface ForecastOptions {
  readonly times: ServiceTimes;
  /** What the pictures of single clients take. */
  readonly clients: ClientTimes;
  readonly longLooks: LongLooks;
  readonly sloMs: number;
  readonly batchMax: number;
  /** Batches that would begin at once. */
  readonly room: () => number;
  readonly inHand: LooksInHand<Ticket | CostlyTicket>;
}

export type Waiting = Pick<ClassedRank, 'weight' | 'chargeMs'>;

/** What is known of an arrival's own batch, and of who works on it; undefined where nothing is. */
export interface OwnBatch {
  /** Its items, where nobody joins it. */
  readonly alone: number | undefined;
  /** What it takes at most. */
  readonly ownMs: number | undefined;
  /** How long each process takes yet that may be its; one at least. */
  readonly residualsMs: readonly number[];
}
