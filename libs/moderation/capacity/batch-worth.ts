import { BATCH_BUCKETS, monotone, timeOf, type ServiceTime } from './batch-size.js';
import { GAIN_MIN } from './plan-choice.js';

/**
 * What a heavy batch costs whatever its size: its lease, its commit. By docs/benchmarks/heavy.md a batch of 8 takes 40 ms
 * of a core beside decode and model; half of it is taken for what does not grow with the batch.
 */
export const BATCH_FIXED_MS = 20;

/** A plan's times of one process as a table: by rising batch, times that do not fall. */
export const planTable = (times: readonly { readonly batch: number; readonly p95Ms: number }[]): ServiceTime[] =>
  monotone(times.map(({ batch, p95Ms }) => ({ batch, ms: p95Ms, weight: 1 })));

/**
 * The batch that is worth its latency: buckets are tried upwards for as long as the next one does 3 % more a second.
 * What a batch costs whatever its size is shared by more; beyond the table's largest run, images save each other nothing.
 *
 * @param times the measured table of a process, of the sizes that fit into its memory; by rising batch, not empty
 */
export function batchWorth(times: readonly ServiceTime[], fixedMs = BATCH_FIXED_MS): number {
  const perMs = (batch: number): number => batch / (fixedMs + timeOf(times, batch));
  let worth = 1;
  for (const batch of BATCH_BUCKETS) {
    if (batch === 1) continue;
    if (perMs(batch) < perMs(worth) * (1 + GAIN_MIN)) break;
    worth = batch;
  }
  return worth;
}
