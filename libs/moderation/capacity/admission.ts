/** Arithmetic of a bounded queue in front of workers that take batches. Rates are items per millisecond: `perMs`. */

/** Items per second that `workers` get through that each take batches of `batch` in `batchMs`. */
export const capacityPerSecond = (workers: number, batch: number, batchMs: number): number =>
  (1_000 * workers * batch) / batchMs;

/** How many may wait so that the last of them, its own batch included, still ends within the SLO. */
export const queueBound = (sloMs: number, batchMs: number, perMs: number): number =>
  Math.max(0, Math.floor((sloMs - batchMs) * perMs));

/** When to come again: as soon as what is in hand now will be done. At least 1. */
export const retryAfterMs = (backlog: number, perMs: number): number => Math.max(1, Math.ceil(backlog / perMs));

export interface Ahead {
  /** Until each worker takes its next batch, 0 for an idle one; at least one worker. */
  readonly residualsMs: readonly number[];
  /** Items that go first. */
  readonly position: number;
  /** Items in a full batch. */
  readonly batch: number;
  /** What a batch of so many items takes. */
  readonly timeOf: (items: number) => number;
  /** Items of the arrival's own batch where nobody joins it. */
  readonly alone?: number;
  /** What the arrival's own batch takes at most, whatever its size. */
  readonly ownMs?: number;
}

/**
 * Until an arrival has its answer. The batches before its own start on whichever worker is free first; each is full,
 * and so is its own unless that starts at once: then it is as full as it is now.
 */
export function etaMs({ residualsMs, position, batch, timeOf, alone, ownMs = Infinity }: Ahead): number {
  const freeAtMs = [...residualsMs];
  const fullMs = timeOf(batch);
  for (let before = Math.floor(position / batch); before > 0; before -= 1) {
    const firstMs = Math.min(...freeAtMs);
    freeAtMs[freeAtMs.indexOf(firstMs)] = firstMs + fullMs;
  }
  const startMs = Math.min(...freeAtMs);
  return startMs + Math.min(ownMs, timeOf(alone ?? (startMs > 0 ? batch : (position % batch) + 1)));
}

/**
 * Until a batch that has run for `elapsedMs` ends. One that is late is expected to be late by as much again, so that
 * nobody is sent to wait behind a worker that hangs.
 */
export const residualMs = (batchMs: number, elapsedMs: number): number => Math.abs(batchMs - elapsedMs);
