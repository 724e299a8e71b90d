/** The longest wait before the first retry; BullMQ's own, within 1 s of the failure, is sooner. */
const FIRST_MS_MAX = 4_000;
/** From here on waits grow no more: a fault of minutes may heal, one of days is for people. */
export const RETRY_MS_MAX = 300_000;

/**
 * Milliseconds until an asset that failed is due again: exponential with equal jitter ("Exponential Backoff And Jitter",
 * AWS Architecture Blog, 2015). Half of the wait is sure and half is random, so that the shortest wait after one more
 * failure is the longest after this one, and assets that failed together do not come back together.
 *
 * @param attempts how often it has failed, from 1
 * @param random a number in 0..1
 */
export function retryDelayMs(attempts: number, random: number): number {
  const longestMs = Math.min(RETRY_MS_MAX, FIRST_MS_MAX * 2 ** (attempts - 1));
  return (longestMs * (1 + random)) / 2;
}
