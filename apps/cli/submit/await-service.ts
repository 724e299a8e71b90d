import { setTimeout as delay } from 'node:timers/promises';

import type { Portcullis } from '#client/portcullis.js';

/** A service that is being started again is back within seconds. */
const PAUSE_MS = 250;

export interface ServiceWait {
  /** How long somebody is to answer; 0: it is asked once. */
  readonly forMs: number;
  readonly stop: AbortSignal;
  /** Nobody has answered yet, and it goes on asking. */
  readonly onWait: () => void;
}

/** Asks whether an upload service is there until one is, or the time is over. */
export async function awaitService(
  client: Pick<Portcullis, 'isThere'>,
  { forMs, stop, onWait }: ServiceWait,
): Promise<'there' | 'away' | 'stopped'> {
  const endMs = performance.now() + forMs;
  const isStopped = (): boolean => stop.aborted;
  for (let asked = 1; !isStopped(); asked += 1) {
    const isThere = await client.isThere({ signal: stop }).catch(() => false);
    if (isStopped()) break;
    if (isThere) return 'there';
    if (performance.now() + PAUSE_MS > endMs) return 'away';
    if (asked === 1) onWait();
    await delay(PAUSE_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  return 'stopped';
}
