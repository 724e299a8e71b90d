/** Runs of many sources that were started together come apart. */
const JITTER_SHARE = 0.1;

/**
 * Milliseconds until the next run of a schedule: the interval from the start of the last one, and up to a tenth more.
 *
 * @param lastMs how long ago the last run began
 * @param everyMs the interval
 * @param random a number in 0..1
 * @returns 0 when the last run took longer than that
 */
export function nextRunDelayMs(lastMs: number, everyMs: number, random: number): number {
  return Math.max(0, everyMs * (1 + JITTER_SHARE * random) - Math.max(0, lastMs));
}
