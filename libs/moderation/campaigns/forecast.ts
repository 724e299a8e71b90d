import type { Usage } from '../capacity/cost.js';

/** A batch that the heavy tier has labelled. */
export interface LabelledBatch {
  readonly atMs: number;
  readonly images: number;
}

/** How fast the heavy tier was while it had work. */
export interface MeasuredRate {
  readonly imagesPerSecond: number;
  /** How many images it was measured on. */
  readonly images: number;
}

/** A longer gap than this means that there was nothing to do. */
const GAP_MS_MAX = 15_000;
/** Fewer say nothing. */
const IMAGES_MIN = 8;

/**
 * The rate of the heavy tier from the moments its batches were written at: images written after the end of another
 * batch, by the time since that. Gaps in which it was idle do not count. Undefined where too little was labelled.
 *
 * @param batches in any order; those of the same moment count as one
 */
export function measuredRate(batches: readonly LabelledBatch[]): MeasuredRate | undefined {
  const inOrder = [...batches].sort((a, b) => a.atMs - b.atMs);
  let images = 0;
  let busyMs = 0;
  for (const [index, batch] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (before === undefined) continue;
    const gapMs = batch.atMs - before.atMs;
    if (gapMs > GAP_MS_MAX) continue;
    images += batch.images;
    busyMs += gapMs;
  }
  if (images < IMAGES_MIN || busyMs === 0) return undefined;
  return { imagesPerSecond: images / (busyMs / 1_000), images };
}

/** Core seconds that one image takes, out of what a model took in some time; undefined where it did too little. */
export const coreSecondsOf = ({ busyCoreMs, items }: Pick<Usage, 'busyCoreMs' | 'items'>): number | undefined =>
  items < IMAGES_MIN || busyCoreMs === 0 ? undefined : busyCoreMs / 1_000 / items;

/** Seconds that so many looks take, at least; null where nothing is known of it. @param rateMax images a second; null for no cap */
export function forecastSeconds(looks: number, rate: number | undefined, rateMax: number | null): number | null {
  if (looks === 0) return 0;
  const known = [rate, rateMax].filter((one) => one !== undefined && one !== null);
  return known.length === 0 ? null : looks / Math.min(...known);
}
