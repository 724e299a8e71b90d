/** As much of the worker as its watch needs. */
export interface Watched {
  /** How many bells it has heard so far. */
  heard(): number;
  /** Something is in hand: however long that takes, the worker lives. */
  busy(): boolean;
  /** How many jobs wait in the queue. */
  waiting(): Promise<number>;
}

/** Jobs that wait this long while the worker is idle and hears none: it is dead, whatever its connection says. */
const DEAF_MS_MAX = 30_000;
const CHECK_MS = 5_000;

/** A step of the watch over the queue's worker. The step returns milliseconds to rest. */
export function watchWorker(worker: Watched, nowMs: () => number, onDead: () => void): () => Promise<number> {
  let deaf: { readonly heard: number; readonly sinceMs: number } | undefined;
  return async () => {
    const heard = worker.heard();
    const waiting = await worker.waiting();
    if (waiting === 0 || worker.busy() || worker.heard() !== heard) deaf = undefined;
    else if (deaf?.heard !== heard) deaf = { heard, sinceMs: nowMs() };
    else if (nowMs() - deaf.sinceMs > DEAF_MS_MAX) onDead();
    return CHECK_MS;
  };
}
