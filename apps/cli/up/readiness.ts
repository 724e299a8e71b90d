import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
/** A service that takes longer to say that it is ready is not. */
const ANSWER_LIMIT_MS = 2_000;

/** Tries until `isReady` says so. @returns false when `signal` was aborted before */
export async function poll(isReady: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await isReady()) return true;
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** Whether `url` answers 200. */
export async function answersOk(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false; // not listening yet
  }
}
