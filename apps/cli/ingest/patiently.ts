import { OperationalError } from '#contracts/errors.js';
import { retryDelayMs } from '#moderation/capacity/retry-delay.js';

import { restUntil } from './rest-until.js';

/** A minute in all: a database that starts again is back by then. */
const ATTEMPTS_MAX = 5;

/**
 * Does work again while the world is late, with growing waits; without waits when it is to stop.
 *
 * @throws OperationalError when it stays late; every other error at once
 */
export async function patiently<T>(stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof OperationalError) || attempt === ATTEMPTS_MAX) throw error;
    }
    await restUntil(retryDelayMs(attempt, Math.random()), stop);
  }
}
