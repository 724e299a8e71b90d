import { capacityPerSecond, etaMs, queueBound, residualMs, retryAfterMs } from '#moderation/capacity/admission.js';
import { largestBatch, SLACK_SHARE, staticBatchCap } from '#moderation/capacity/batch-size.js';
import type { ClientTimes } from '../batching/client-times.js';
import type { ServiceTimes } from '../batching/service-times.js';

/** No batch is taken to be faster, so that no bound becomes infinite. */
const BATCH_MS_MIN = 0.1;

interface Running {
  readonly startedAtMs: number;
  readonly items: number;
  /** Of a batch of which more is known than its size. */
  readonly expectedMs?: number;
}

export interface ForecastOptions {
  readonly times: ServiceTimes;
  /** What the pictures of single clients take. */
  readonly clients: ClientTimes;
  readonly sloMs: number;
  readonly batchMax: number;
  /** Batches that would begin at once. */
  readonly room: () => number;
  readonly nowMs: () => number;
}

/** What the service-time table and the batches under way say of the time to come. */
export class AdmissionForecast {
  private readonly running = new Set<Running>();

  constructor(private readonly options: ForecastOptions) {}

  /** A batch begins. @returns to be called when it ends */
  begin(items: number, expectedMs?: number): () => void {
    const batch = { startedAtMs: this.options.nowMs(), items, ...(expectedMs === undefined ? {} : { expectedMs }) };
    this.running.add(batch);
    return () => this.running.delete(batch);
  }

  get runningItems(): number {
    return [...this.running].reduce((sum, { items }) => sum + items, 0);
  }

  /** Batches that run or could: as many as ran at the same moment, one at least. */
  get workers(): number {
    return Math.max(1, this.running.size + this.options.room());
  }

  /** The largest batch that the SLO allows, 1 at least. */
  get batchMax(): number {
    const { times, sloMs, batchMax } = this.options;
    return Math.max(1, Math.min(batchMax, staticBatchCap(times.table(), sloMs)));
  }

  /** The largest batch that would end by a deadline if it began now, 1 at least. */
  batchMaxBy(deadlineAtMs: number): number {
    const slackMs = deadlineAtMs - this.options.nowMs();
    return Math.max(1, largestBatch(this.options.times.table(), slackMs));
  }

  /** When a full batch must begin to end by a deadline. */
  latestStartMs(deadlineAtMs: number): number {
    return deadlineAtMs - this.batchMs(this.batchMax) / SLACK_SHARE;
  }

  batchMs(items: number): number {
    return Math.max(BATCH_MS_MIN, this.options.times.quantileMs(items));
  }

  /**
   * What a look at a client's picture takes by its last ones: others' large pictures do not speak against it. Where nothing
   * is known of a client, the one that goes next is tried, and of the others nothing is said (Infinity).
   */
  lookMs(clientId: string, position: number): number {
    const { clients } = this.options;
    if (clients.isAlone(clientId)) return Infinity;
    return clients.quantileMs(clientId) ?? (position === 0 ? this.leastMs(1) : Infinity);
  }

  /** What a client is charged for so many images of its before it is known what they take. */
  chargeMs(clientId: string, images: number): number {
    return images * Math.min(this.batchMs(1), this.options.clients.quantileMs(clientId) ?? Infinity);
  }

  /** What they have taken at the least. */
  leastMs(items: number): number {
    return inBatches(items, this.batchMax, (batch) => this.options.times.leastMs(batch));
  }

  get capacityPerSecond(): number {
    return capacityPerSecond(this.workers, this.batchMax, this.batchMs(this.batchMax));
  }

  /** How many may wait: computed, never less than there are workers. */
  get limit(): number {
    return Math.max(
      this.workers,
      queueBound(this.options.sloMs, this.batchMs(this.batchMax), this.capacityPerSecond / 1_000),
    );
  }

  /**
   * @param alone items of the arrival's own batch where nobody joins it
   * @param ownMs what the arrival's own batch takes at most, where that is known
   */
  etaMs(position: number, alone?: number, ownMs?: number): number {
    return etaMs({
      ...(ownMs === undefined ? {} : { ownMs }),
      residualsMs: this.residualsMs(),
      position,
      batch: this.batchMax,
      timeOf: (items) => this.serialMs(items),
      ...(alone === undefined ? {} : { alone }),
    });
  }

  /** When those that wait and those that run will be done; no sooner than one batch is. */
  retryAfterMs(waiting: number): number {
    const doneMs = retryAfterMs(waiting + this.runningItems, this.capacityPerSecond / 1_000);
    return Math.max(doneMs, Math.ceil(this.batchMs(1)));
  }

  /** What so many items take one batch after another, by p95. */
  private serialMs(items: number): number {
    return inBatches(items, this.batchMax, (batch) => this.batchMs(batch));
  }

  private residualsMs(): number[] {
    const now = this.options.nowMs();
    const busy = [...this.running].map(({ startedAtMs, items, expectedMs = this.batchMs(items) }) =>
      residualMs(expectedMs, now - startedAtMs),
    );
    const idle = Array.from({ length: Math.max(0, this.options.room()) }, () => 0);
    const all = [...busy, ...idle];
    // Calls of others hold every worker: one of them is taken to have just begun.
    return all.length > 0 ? all : [this.batchMs(this.batchMax)];
  }
}

function inBatches(items: number, batchMax: number, timeOf: (batch: number) => number): number {
  const rest = items % batchMax;
  return Math.floor(items / batchMax) * timeOf(batchMax) + (rest > 0 ? timeOf(rest) : 0);
}
