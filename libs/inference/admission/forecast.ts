import { capacityPerSecond, etaMs, queueBound, retryAfterMs } from '#moderation/capacity/admission.js';
import { largestBatch, SLACK_SHARE, staticBatchCap, type ServiceTime } from '#moderation/capacity/batch-size.js';
import type { ForecastOptions, OwnBatch, Waiting } from './forecast-options.js';
import { FreeTimes } from './free-times.js';

/** No batch is taken to be faster, so that no bound becomes infinite. */
const BATCH_MS_MIN = 0.1;

/**
 * What the service times and the batches under way say of the time to come. What a batch takes is what it takes for the
 * client in the middle: one client's slow pictures make neither the places fewer nor anybody else late. What all get through
 * is another matter: that is the work that was done.
 */
export class AdmissionForecast {
  constructor(private readonly options: ForecastOptions) {}

  /** Batches that run or could: as many as ran at the same moment, one at least. */
  get workers(): number {
    return Math.max(1, this.options.inHand.size + this.options.room());
  }

  /** The largest batch that the SLO allows, 1 at least. */
  get batchMax(): number {
    const { sloMs, batchMax } = this.options;
    return Math.max(1, Math.min(batchMax, staticBatchCap(this.table(), sloMs)));
  }

  /** The largest batch that would end by a deadline if it began now, 1 at least. @param slackMs until then */
  batchMaxWithin(slackMs: number): number {
    return Math.max(1, largestBatch(this.table(), slackMs));
  }

  /** When a full batch must begin to end by a deadline. */
  latestStartMs(deadlineAtMs: number): number {
    return deadlineAtMs - this.batchMs(this.batchMax) / SLACK_SHARE;
  }

  batchMs(items: number): number {
    return Math.max(BATCH_MS_MIN, this.typicalMs(items, this.options.times.quantileMs(items)));
  }

  /**
   * What a look at a client's picture takes by its last ones: others' large pictures do not speak against it. Where nothing
   * is known of a client, the one that goes next is tried, and of the others nothing is said (Infinity).
   */
  lookMs(clientId: string, goesNext: () => boolean): number {
    const { clients } = this.options;
    if (clients.isAlone(clientId)) return Infinity;
    return clients.quantileMs(clientId) ?? (goesNext() ? this.leastMs(1) : Infinity);
  }

  /**
   * What a client is charged for before it is known what it takes: for an image its part of a batch, by its last ones, by its
   * last long one where too few are known, as everybody's in a full batch where nothing is; for several views their batch.
   */
  chargeMs(clientId: string, items: number): number {
    const { clients, longLooks } = this.options;
    if (items > 1) return this.serialMs(items);
    return clients.partMs(clientId) ?? longLooks.nextMs(clientId) ?? this.itemMs;
  }

  /** What an image has of a full batch. */
  private get itemMs(): number {
    const { batchMax } = this;
    return this.batchMs(batchMax) / batchMax;
  }

  /** What they have taken at the least. */
  leastMs(items: number): number {
    return inBatches(items, this.batchMax, (batch) => this.options.times.leastMs(batch));
  }

  /** Items per second by the work that was done, whoever sent it: no client makes it more by small pictures of its own. */
  get capacityPerSecond(): number {
    const { batchMax } = this;
    return capacityPerSecond(this.workers, batchMax, Math.max(BATCH_MS_MIN, this.options.times.meanMs(batchMax)));
  }

  /** How many may wait: computed for the client in the middle, never less than there are workers. */
  get limit(): number {
    const { workers, batchMax } = this;
    const batchMs = this.batchMs(batchMax);
    const perSecond = capacityPerSecond(workers, batchMax, batchMs);
    return Math.max(workers, queueBound(this.options.sloMs, batchMs, perSecond / 1_000));
  }

  /** Until an arrival has its answer. @param before those that wait and go before it @param more items that do, too */
  etaMs(before: readonly Waiting[], more: number, { alone, ownMs, residualsMs }: OwnBatch): number {
    const { batchMax } = this;
    const isBySingle = batchMax === 1;
    return etaMs({
      ...(ownMs === undefined ? {} : { ownMs }),
      residualsMs: isBySingle ? this.behind(before, residualsMs) : residualsMs,
      position: more + (isBySingle ? 0 : this.itemsOf(before)),
      batch: batchMax,
      timeOf: (items) => this.serialMs(items),
      ...(alone === undefined ? {} : { alone }),
    });
  }

  /**
   * Counts those that go before an arrival one after another: `etaMs` of all that were counted is more than the deadline as
   * soon as the answer is yes, whoever else goes before.
   *
   * @param more items that go before it besides
   */
  untilLate(deadlineMs: number, more: number, residualsMs: readonly number[]): (next: Waiting) => boolean {
    const free = new FreeTimes(residualsMs);
    const { batchMax } = this;
    const fullMs = this.batchMs(batchMax);
    let items = more;
    return (next) => {
      if (batchMax === 1) this.takeSingle(free, next);
      else for (items += this.itemsOf([next]); items >= batchMax; items -= batchMax) free.take(fullMs);
      return free.firstMs >= deadlineMs;
    };
  }

  /** How long each process takes yet; one at least. */
  residualsMs(): readonly number[] {
    const { inHand, room } = this.options;
    const busy = inHand.residualsMs((items) => this.batchMs(items));
    const all = [...busy, ...Array.from({ length: Math.max(0, room()) }, () => 0)];
    // Calls of others hold every worker: one of them is taken to have just begun.
    return all.length > 0 ? all : [this.batchMs(this.batchMax)];
  }

  /** When those that wait and those that run will be done; no sooner than one batch is. */
  retryAfterMs(waiting: number): number {
    const doneMs = retryAfterMs(waiting + this.options.inHand.items, this.capacityPerSecond / 1_000);
    return Math.max(doneMs, Math.ceil(this.batchMs(1)));
  }

  /** Those that wait as items of full batches: what one takes more than a typical one does alone counts as more of them. */
  private itemsOf(waiting: readonly Waiting[]): number {
    const { itemMs } = this;
    const aloneMs = this.batchMs(1);
    const more = ({ weight, chargeMs }: Waiting): number =>
      Math.max(0, Math.floor((chargeMs - weight * aloneMs) / itemMs));
    return waiting.reduce((sum, one) => sum + one.weight + more(one), 0);
  }

  /** When each process is free after those that wait: one that takes long takes one process, and others go on. */
  private behind(waiting: readonly Waiting[], residualsMs: readonly number[]): readonly number[] {
    const free = new FreeTimes(residualsMs);
    for (const one of waiting) this.takeSingle(free, one);
    return free.all;
  }

  private takeSingle(free: FreeTimes, { weight, chargeMs }: Waiting): void {
    free.take(Math.max(chargeMs, this.serialMs(weight)));
  }

  /** What so many items take one batch after another, by p95. */
  private serialMs(items: number): number {
    return inBatches(items, this.batchMax, (batch) => this.batchMs(batch));
  }

  /** Of what all clients' batches of a size take what the client in the middle has of it. */
  private typicalMs(items: number, tableMs: number): number {
    const { clients, times } = this.options;
    return Math.min(tableMs, Math.max(clients.typicalMs ?? Infinity, times.leastMs(items)));
  }

  private table(): readonly ServiceTime[] {
    let leastMs = 0;
    return this.options.times.table().map(({ batch, ms }) => {
      leastMs = Math.max(leastMs, this.typicalMs(batch, ms));
      return { batch, ms: leastMs };
    });
  }
}

function inBatches(items: number, batchMax: number, timeOf: (batch: number) => number): number {
  const rest = items % batchMax;
  return Math.floor(items / batchMax) * timeOf(batchMax) + (rest > 0 ? timeOf(rest) : 0);
}
