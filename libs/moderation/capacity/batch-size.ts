/** Batch sizes that service times are kept for. */
export const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64] as const;

/** One row of a service-time table: what a batch of this size takes, in 95 of 100 cases. */
export interface ServiceTime {
  readonly batch: number;
  readonly ms: number;
}

/** A service time with the number of observations behind it. */
export interface WeighedTime extends ServiceTime {
  readonly weight: number;
}

/** A run of rows whose times are one time. */
interface Pool {
  readonly batches: readonly number[];
  readonly ms: number;
  readonly weight: number;
}

/** Part of the slack that a batch may take: the rest is for what the table does not know. */
export const SLACK_SHARE = 0.92;

/** The bucket that a batch counts in: the smallest that holds it, the largest for what none holds. */
export function bucketOf(batch: number): number {
  return BATCH_BUCKETS.find((bucket) => bucket >= batch) ?? 64;
}

/**
 * The closest times, in weighted least squares, that do not fall as the batch grows: pool adjacent violators (Ayer et
 * al. 1955). A larger batch is never faster; where it was measured so, both were the same but for noise.
 *
 * @param times by rising batch, weights above 0
 */
export function monotone(times: readonly WeighedTime[]): ServiceTime[] {
  const pools: Pool[] = [];
  for (const { batch, ms, weight } of times) {
    let pool: Pool = { batches: [batch], ms, weight };
    for (let last = pools.at(-1); last !== undefined && last.ms > pool.ms; last = pools.at(-1)) {
      pools.pop();
      pool = merge(last, pool);
    }
    pools.push(pool);
  }
  return pools.flatMap(({ batches, ms }) => batches.map((batch) => ({ batch, ms })));
}

/**
 * What a batch takes: the time of the smallest row that holds it; beyond the largest row its time in proportion, as
 * if more company saved nothing. 0 for an empty table.
 *
 * @param table by rising batch, times that do not fall
 */
export function timeOf(table: readonly ServiceTime[], batch: number): number {
  const holds = table.find((row) => row.batch >= batch);
  if (holds !== undefined) return holds.ms;
  const last = table.at(-1);
  return last === undefined ? 0 : (last.ms * batch) / last.batch;
}

/** The largest batch of the table that ends within its share of the slack; 0 when none does. */
export function largestBatch(
  table: readonly ServiceTime[],
  slackMs: number,
  { share = SLACK_SHARE }: { readonly share?: number } = {},
): number {
  return table.findLast((row) => row.ms <= share * slackMs)?.batch ?? 0;
}

/**
 * The largest batch of the table that keeps the SLO for an arrival that has just missed one: it waits for that batch
 * and is in the next, so twice its time must fit (Nexus, SOSP '19). 0 when none does.
 */
export const staticBatchCap = (table: readonly ServiceTime[], sloMs: number): number =>
  largestBatch(table, sloMs, { share: 0.5 });

function merge(one: Pool, other: Pool): Pool {
  const weight = one.weight + other.weight;
  return {
    batches: [...one.batches, ...other.batches],
    ms: (one.ms * one.weight + other.ms * other.weight) / weight,
    weight,
  };
}
