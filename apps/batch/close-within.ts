/** A worker of the queue, as far as ending it goes. */
interface Closing {
  close(): Promise<void>;
}

/**
 * Ends a worker: it takes nothing new and finishes what it has in hand.
 *
 * @returns false when that took longer than `graceMs`: what it has in hand is the caller's to hand back
 */
export async function closeWithin(worker: Closing, graceMs: number): Promise<boolean> {
  const finished = worker.close().then(() => true);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), graceMs);
  });
  return Promise.race([finished, late]).finally(() => clearTimeout(timer));
}
