/** A worker of the queue, as far as ending it goes. */
interface Closing {
  close(): Promise<void>;
}

/** A worker with nothing in hand that takes longer waits for a connection to say goodbye, which may be half-open. */
const IDLE_MS_MAX = 1_500;
const LOOK_MS = 100;

/**
 * Ends a worker: it takes nothing new and finishes what it has in hand.
 *
 * @param busy whether it has something in hand
 * @returns false when that took longer than `graceMs`, or nothing was in hand and it did not end: what is in hand is the
 *   caller's to hand back
 */
export async function closeWithin(worker: Closing, graceMs: number, busy: () => boolean): Promise<boolean> {
  const finished = worker.close().then(() => true);
  let timer: NodeJS.Timeout | undefined;
  let [leftMs, idleMs] = [graceMs, 0];
  const late = new Promise<false>((resolve) => {
    const look = (): void => {
      const waitedMs = Math.min(LOOK_MS, leftMs);
      timer = setTimeout(() => {
        leftMs -= waitedMs;
        idleMs = busy() ? 0 : idleMs + waitedMs;
        if (leftMs <= 0 || idleMs >= IDLE_MS_MAX) resolve(false);
        else look();
      }, waitedMs);
    };
    look();
  });
  return Promise.race([finished, late]).finally(() => clearTimeout(timer));
}

/**
 * Waits for work that may hang on a connection which carries nothing any more, and that nothing depends on.
 *
 * @returns false when it was not done after `msMax`; it may still be one day @throws what the work throws in time
 */
export async function atMost(msMax: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), msMax);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
