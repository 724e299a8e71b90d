import { median, rounded } from '../statistics.js';

const PARTS = 5;

/** How much more the last fifth of values is than the first, by their medians: .02 for two percent. Null of too few. */
export function growthShare(values: readonly number[]): number | null {
  const part = Math.floor(values.length / PARTS);
  if (part === 0) return null;
  return rounded(median(values.slice(-part)) / median(values.slice(0, part)) - 1, 4);
}
