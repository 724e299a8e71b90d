import { capacityPerSecond, etaMs, queueBound, residualMs, retryAfterMs } from '#moderation/capacity/admission.js';
import { largestBatch, SLACK_SHARE, staticBatchCap } from '#moderation/capacity/batch-size.js';
import type { ServiceTimes } from '../batching/service-times.js';

/** No batch is taken to be faster, so that no bound becomes infinite. */
const BATCH_MS_MIN = 0.1;

interface Running {
  readonly startedAtMs: number;
  readonly items: number;
}

export interface ForecastOptions {
  readonly times: ServiceTimes;
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
  begin(items: number): () => void {
    const batch = { startedAtMs: this.options.nowMs(), items };
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

  /** @param alone items of the arrival's own batch where nobody joins it */
  etaMs(position: number, alone?: number): number {
    return etaMs({
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
    const busy = [...this.running].map(({ startedAtMs, items }) => residualMs(this.batchMs(items), now - startedAtMs));
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
