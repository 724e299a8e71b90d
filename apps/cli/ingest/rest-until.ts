import { setTimeout as rest } from 'node:timers/promises';

/** A wait that ends at once when it is to stop. */
export async function restUntil(ms: number, stop: AbortSignal): Promise<void> {
  await rest(ms, undefined, { signal: stop }).catch(() => undefined);
}
