const FIRST_MS = 250;
/** From here on waits grow no more. */
const LONGEST_MS = 15_000;

/**
 * Milliseconds before the next attempt: exponential with equal jitter ("Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015), and never before the service asked for.
 *
 * @param attempt how many there were, from 1
 * @param random 0..1
 */
export function backoffMs(attempt: number, askedMs: number | undefined, random: number): number {
  const longestMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 16));
  return (askedMs ?? 0) + (longestMs * (1 + random)) / 2;
}
