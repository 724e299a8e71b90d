import type { CostlyLane } from './costly-lane.js';
import type { AdmissionForecast } from './forecast.js';
import type { LongLooks } from './long-looks.js';
import { hereMs, type LooksInHand } from './looks-in-hand.js';
import { runBatch, type RunOptions } from './run.js';
import { weightOf, type CostlyTicket, type PathTicket, type Ticket } from './ticket.js';
import type { ClassifierFailed } from '../classifier/errors.js';

/** What an image may be expected to take to decode and still go with the others: this part of the SLO, and so much at most. */
const DECODE_SHARE = 0.2;
const DECODE_MS_MAX = 60;

export interface LooksOptions extends Pick<RunOptions, 'times' | 'clients' | 'nowMs'> {
  readonly classifier: RunOptions['classifier'];
  readonly sloMs: number;
  readonly forecast: AdmissionForecast;
  readonly inHand: LooksInHand<Ticket | CostlyTicket>;
  readonly longLooks: LongLooks;
  readonly costly: CostlyLane;
  /** One of a failed batch that may be innocent. */
  readonly onSpared: (ticket: PathTicket, failure: ClassifierFailed) => void;
}

/** The batches under way. */
export class AdmissionLooks {
  constructor(private readonly options: LooksOptions) {}

  /** Has a batch looked at, and its clients and classes pay for the time that it took. Never rejects. */
  async run(batch: readonly Ticket[]): Promise<void> {
    const { inHand, longLooks, costly, sloMs } = this.options;
    const look = inHand.begin(batch, this.expectedMs(batch));
    const { partsMs, isGivenUp, isFatal } = await runBatch(batch, {
      ...this.options,
      decodeMsMax: Math.min(DECODE_MS_MAX, DECODE_SHARE * sloMs),
      onCostly: (ticket, image) => costly.enter(ticket, image),
      onHandedOver: () => inHand.handOver(look),
    });
    inHand.end(look, partsMs, isGivenUp);
    for (const [index, { clientId }] of batch.entries()) {
      longLooks.note(clientId, hereMs(look, partsMs[index] ?? 0));
      if (isFatal && look.handedOverAtMs === undefined) longLooks.noteFatal(clientId);
    }
  }

  /** As its slowest client's, by its last long look where too few are known; as all such batches where nothing is. */
  private expectedMs(batch: readonly Ticket[]): number {
    const { clients, forecast, longLooks } = this.options;
    const batchMs = forecast.batchMs(weightOf(batch));
    const known = batch.map(({ kind, clientId }) =>
      kind === 'path' ? (clients.quantileMs(clientId) ?? longLooks.lastMs(clientId)) : undefined,
    );
    return Math.max(...known.map((ms) => ms ?? batchMs));
  }
}
