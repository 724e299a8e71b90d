import type { CostlyLane } from './costly-lane.js';
import type { AdmissionForecast } from './forecast.js';
import type { AdmissionLine } from './line.js';
import { runBatch, type RunOptions } from './run.js';
import { weightOf, type PathTicket, type Ticket } from './ticket.js';
import type { ClassifierFailed } from '../classifier/errors.js';

/** What an image may be expected to take to decode and still go with the others: this part of the SLO, and so much at most. */
const DECODE_SHARE = 0.2;
const DECODE_MS_MAX = 60;

export interface LooksOptions extends Pick<RunOptions, 'classifier' | 'times' | 'clients' | 'nowMs'> {
  readonly sloMs: number;
  readonly forecast: AdmissionForecast;
  readonly line: AdmissionLine;
  readonly costly: CostlyLane;
  /** One of a failed batch that may be innocent. */
  readonly onSpared: (ticket: PathTicket, failure: ClassifierFailed) => void;
}

/** The batches under way. */
export class AdmissionLooks {
  constructor(private readonly options: LooksOptions) {}

  /** Has a batch looked at, and its clients pay for the time that it took. Never rejects. */
  async run(batch: readonly Ticket[]): Promise<void> {
    const { forecast, line, costly, sloMs, nowMs } = this.options;
    const startedAtMs = nowMs();
    const end = forecast.begin(weightOf(batch), this.expectedMs(batch));
    await runBatch(batch, {
      ...this.options,
      decodeMsMax: Math.min(DECODE_MS_MAX, DECODE_SHARE * sloMs),
      onCostly: (ticket, image) => costly.enter(ticket, image),
    });
    end();
    // each was charged for what was expected when it went
    const imageMs = (nowMs() - startedAtMs) / weightOf(batch);
    for (const ticket of batch) line.charge(ticket, ticket.weight * imageMs - ticket.chargeMs);
  }

  /** As all such batches, or less where it is known what each client's pictures take. */
  private expectedMs(batch: readonly Ticket[]): number {
    const { clients, forecast } = this.options;
    const known = batch.map(({ kind, clientId }) => (kind === 'path' ? clients.quantileMs(clientId) : undefined));
    return Math.min(forecast.batchMs(weightOf(batch)), Math.max(...known.map((ms) => ms ?? Infinity)));
  }
}
