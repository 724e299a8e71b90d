import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
/** Says that something hangs, not that it is slow: ten times and more what anything takes that a test waits for. */
const HANG_MS = 60_000;

/**
 * Waits until `probe` gives something else than undefined or false, and returns it.
 *
 * @throws when that has not come after `limitMs`, with the probe's last error if it threw
 */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = HANG_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    let last: unknown;
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`, { cause: last });
    await delay(POLL_MS);
  }
}
