import { median } from '../statistics.js';

/** A line's slope that outliers do not turn, with its 95 % confidence interval. In units of y a unit of x. */
export interface Trend {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

const Z_95 = 1.96;

/**
 * The median of the slopes between all pairs of points (Theil 1950), with the interval of Sen (1968): the slopes whose
 * ranks are 1.96 standard deviations of Kendall's S about the middle. Points at the same x are no pair.
 *
 * @returns undefined of fewer than three points at different x
 */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): Trend | undefined {
  const slopes: number[] = [];
  for (const [index, [x, y]] of points.entries()) {
    for (const [otherX, otherY] of points.slice(index + 1)) {
      if (otherX !== x) slopes.push((otherY - y) / (otherX - x));
    }
  }
  const n = points.length;
  if (n < 3 || slopes.length < 3) return undefined;
  slopes.sort((a, b) => a - b);
  const spread = Z_95 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const rank = (at: number): number => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(at)))] ?? Number.NaN;
  return {
    slope: median(slopes),
    low: rank((slopes.length - spread) / 2 - 1),
    high: rank((slopes.length + spread) / 2),
  };
}
