import { BATCH_BUCKETS, bucketOf, monotone, timeOf, type ServiceTime } from '#moderation/capacity/batch-size.js';
import { SlidingQuantile } from './sliding-quantile.js';

/** What is expected of a batch before there are observations: the p95 of the start's sweep. */
export interface SeedTime {
  readonly batch: number;
  readonly p95Ms: number;
}

/** How many of the last batches of a size count. */
const WINDOW = 200;
const SHARE = 0.95;
/** With fewer the 95th of a hundred is no more than the slowest; the seed says more. */
const OBSERVED_MIN = 20;
/** A size that none of so many batches had is forgotten: a size given up for being slow gets its seed back. */
const FORGET_AFTER = 1_000;

/** One batch size: its seed, and the times observed. */
class Bucket {
  readonly times = new SlidingQuantile(WINDOW, SHARE);
  lastNote = 0;

  constructor(readonly seedMs: number | undefined) {}

  rows(batch: number): { batch: number; ms: number; weight: number }[] {
    const { count } = this.times;
    const ms = count < OBSERVED_MIN && this.seedMs !== undefined ? this.seedMs : this.times.quantile();
    return ms === undefined ? [] : [{ batch, ms, weight: Math.max(1, count) }];
  }
}

/**
 * The service-time table of one model on one machine: per bucket of batch sizes the p95 of the last 200 batches, made
 * monotone, seeded by the sweep at start.
 */
export class ServiceTimes {
  private readonly buckets: ReadonlyMap<number, Bucket>;
  private rows: readonly ServiceTime[] | undefined;
  private notes = 0;

  /** @param seed of several in one bucket the slowest holds */
  constructor(seed: readonly SeedTime[]) {
    this.buckets = new Map(
      BATCH_BUCKETS.map((bucket) => {
        const times = seed.filter(({ batch }) => bucketOf(batch) === bucket).map(({ p95Ms }) => p95Ms);
        return [bucket, new Bucket(times.length === 0 ? undefined : Math.max(...times))];
      }),
    );
  }

  /** A batch of `batch` took `ms`. */
  note(batch: number, ms: number): void {
    const bucket = this.bucket(batch);
    bucket.times.add(ms);
    this.notes += 1;
    bucket.lastNote = this.notes;
    this.rows = undefined;
    if (this.notes % FORGET_AFTER === 0) this.forget();
  }

  /** p95 of a batch, monotone in its size; in proportion to the largest known beyond that; 0 while none is known. */
  quantileMs(batch: number): number {
    return timeOf(this.table(), batch);
  }

  /** The least that a batch of this size has taken lately, or is expected to by its seed. */
  leastMs(batch: number): number {
    const { seedMs = Infinity, times } = this.bucket(batch);
    const least = Math.min(seedMs, times.least() ?? Infinity);
    return least === Infinity ? 0 : least;
  }

  /** The known sizes, by rising batch. */
  table(): readonly ServiceTime[] {
    this.rows ??= monotone([...this.buckets].flatMap(([batch, bucket]) => bucket.rows(batch)));
    return this.rows;
  }

  private bucket(batch: number): Bucket {
    const bucket = this.buckets.get(bucketOf(batch));
    if (bucket === undefined) throw new Error('every bucket has its times');
    return bucket;
  }

  private forget(): void {
    for (const bucket of this.buckets.values()) {
      if (this.notes - bucket.lastNote >= FORGET_AFTER) bucket.times.clear();
    }
  }
}
