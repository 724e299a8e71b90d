/** A worker of the queue, as far as ending it goes. */
interface Closing {
  close(force?: boolean): Promise<void>;
}

/**
 * Ends a worker: it takes nothing new and finishes what it has in hand.
 *
 * @returns false when that took longer than `graceMs` and it was ended with work in hand
 */
export async function closeWithin(worker: Closing, graceMs: number): Promise<boolean> {
  const finished = worker.close().then(() => true);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), graceMs);
  });
  return Promise.race([finished, late]).finally(() => clearTimeout(timer));
}
