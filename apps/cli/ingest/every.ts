import { StartRefused } from '#contracts/errors.js';
import { retryDelayMs } from '#moderation/capacity/retry-delay.js';
import { nextRunDelayMs } from '#moderation/sources/next-run.js';

import { restUntil } from './rest-until.js';

/**
 * Does work again and again, each time an interval after the start of the last, until it is to stop. What fails is told,
 * and tried again sooner: what is late may soon be there.
 *
 * @throws StartRefused: that is for a person to mend first
 */
export async function every(
  everyMs: number,
  stop: AbortSignal,
  work: () => Promise<void>,
  tell: (failure: string) => void,
): Promise<void> {
  for (let failures = 0; !stop.aborted;) {
    const startedMs = performance.now();
    try {
      await work();
      failures = 0;
    } catch (error) {
      if (error instanceof StartRefused) throw error;
      failures += 1;
      tell(error instanceof Error ? error.message : String(error));
    }
    const nextMs = nextRunDelayMs(performance.now() - startedMs, everyMs, Math.random());
    await restUntil(failures === 0 ? nextMs : Math.min(nextMs, retryDelayMs(failures, Math.random())), stop);
  }
}
