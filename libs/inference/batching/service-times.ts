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
/** Older observations go while enough newer ones are left: what was slow in a burst is not slow for ever. */
const AGE_MS_MAX = 10_000;
/** How often age is looked at. */
const AGE_CHECK_MS = 250;
/** A size that none of so many batches had is forgotten: a size given up for being slow gets its seed back. */
const FORGET_AFTER = 1_000;

/** One batch size: its seed, and the times observed. */
class Bucket {
  readonly times = new SlidingQuantile(WINDOW, SHARE);
  /** When each was observed, oldest first. */
  private readonly notedAtMs: number[] = [];
  lastNote = 0;

  constructor(readonly seedMs: number | undefined) {}

  add(ms: number, nowMs: number): void {
    if (this.times.count === WINDOW) this.notedAtMs.shift();
    this.times.add(ms);
    this.notedAtMs.push(nowMs);
  }

  clear(): void {
    this.times.clear();
    this.notedAtMs.length = 0;
  }

  /** The seed says more than old observations alone. */
  age(nowMs: number): void {
    const sinceMs = nowMs - AGE_MS_MAX;
    if (this.seedMs !== undefined && (this.notedAtMs.at(-1) ?? sinceMs) < sinceMs) this.clear();
    while (this.times.count > OBSERVED_MIN && (this.notedAtMs[0] ?? nowMs) < sinceMs) {
      this.times.dropOldest();
      this.notedAtMs.shift();
    }
  }

  rows(batch: number): { batch: number; ms: number; weight: number }[] {
    const { count } = this.times;
    const ms = count < OBSERVED_MIN && this.seedMs !== undefined ? this.seedMs : this.times.quantile();
    return ms === undefined ? [] : [{ batch, ms, weight: Math.max(1, count) }];
  }
}

/**
 * The service-time table of one model on one machine: per bucket of batch sizes the p95 of the last 200 batches of the
 * last ten seconds, made monotone, seeded by the sweep at start.
 */
export class ServiceTimes {
  private readonly buckets: ReadonlyMap<number, Bucket>;
  private rows: readonly ServiceTime[] | undefined;
  private notes = 0;
  private agedAtMs = -Infinity;

  /** @param seed of several in one bucket the slowest holds */
  constructor(
    seed: readonly SeedTime[],
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.buckets = new Map(
      BATCH_BUCKETS.map((bucket) => {
        const times = seed.filter(({ batch }) => bucketOf(batch) === bucket).map(({ p95Ms }) => p95Ms);
        return [bucket, new Bucket(times.length === 0 ? undefined : Math.max(...times))];
      }),
    );
  }

  /** A batch of `batch` took `ms`. */
  note(batch: number, ms: number): void {
    this.age();
    const bucket = this.bucket(batch);
    bucket.add(ms, this.nowMs());
    this.notes += 1;
    bucket.lastNote = this.notes;
    this.rows = undefined;
    if (this.notes % FORGET_AFTER === 0) this.forget();
  }

  /** p95 of a batch, monotone in its size; in proportion to the largest known beyond that; 0 while none is known. */
  quantileMs(batch: number): number {
    return timeOf(this.table(), batch);
  }

  /** The least that a batch of this size has taken lately, or is expected to by its seed; of an unknown size its p95. */
  leastMs(batch: number): number {
    this.age();
    const { seedMs = Infinity, times } = this.bucket(batch);
    const least = Math.min(seedMs, times.least() ?? Infinity);
    return least === Infinity ? this.quantileMs(batch) : least;
  }

  /** What batches of this size have taken lately on the average; by its p95 while too few are known. */
  meanMs(batch: number): number {
    this.age();
    const { times } = this.bucket(batch);
    return (times.count < OBSERVED_MIN ? undefined : times.mean()) ?? this.quantileMs(batch);
  }

  /** The known sizes, by rising batch. */
  table(): readonly ServiceTime[] {
    this.age();
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
      if (this.notes - bucket.lastNote >= FORGET_AFTER) bucket.clear();
    }
  }

  private age(): void {
    const nowMs = this.nowMs();
    if (nowMs - this.agedAtMs < AGE_CHECK_MS) return;
    this.agedAtMs = nowMs;
    for (const bucket of this.buckets.values()) bucket.age(nowMs);
    this.rows = undefined;
  }
}
