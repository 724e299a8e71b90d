/**
 * Durations are counted in bins whose edges grow by the eighth root of two, so that counts of many services and minutes add
 * up to one distribution. What is read from it lies within 4.5 % of what was counted.
 */
export const BINS_PER_DOUBLING = 8;
/** Shorter durations are counted as this, in milliseconds. */
export const SHORTEST_MS = 1 / 64;

/** How many durations lie in each bin. */
export type BinCounts = ReadonlyMap<number, number>;

/** The bin that a duration lies in. @param ms 0 or more */
export const binOf = (ms: number): number => Math.floor(Math.log2(Math.max(SHORTEST_MS, ms)) * BINS_PER_DOUBLING);

/** The geometric middle of a bin, in milliseconds. */
export const msOf = (bin: number): number => 2 ** ((bin + 0.5) / BINS_PER_DOUBLING);

/**
 * The duration that a share of all is at most as long as, by the nearest rank.
 *
 * @param share above 0, at most 1
 * @returns milliseconds; null of none
 */
export function quantile(counts: BinCounts, share: number): number | null {
  const bins = [...counts].filter(([, count]) => count > 0).sort(([one], [other]) => one - other);
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  let left = Math.ceil(total * share);
  for (const [bin, count] of bins) {
    left -= count;
    if (left <= 0) return msOf(bin);
  }
  return null;
}
