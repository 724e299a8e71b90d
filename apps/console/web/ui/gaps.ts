/** Where a row lies, in pixels. */
interface Placed {
  readonly start: number;
  readonly end: number;
}

/**
 * How much room rows that are not on the page take: before each of those that are, and after the last of them.
 *
 * @param rows in their order; none lies on another
 * @param startPx where the first row of all begins
 * @param endPx where the last row of all ends
 * @returns one number more than there are rows, each 0 or more; with the rows they amount to the whole
 */
export function gapsOf(rows: readonly Placed[], startPx: number, endPx: number): number[] {
  const begins = [...rows.map(({ start }) => start), endPx];
  const ends = [startPx, ...rows.map(({ end }) => end)];
  return begins.map((begin, place) => Math.max(0, begin - (ends[place] ?? begin)));
}
