/** A share of which a sample is known, with how sure that is. */
export interface Estimate {
  /** What was seen, 0..1. */
  readonly share: number;
  /** The interval that holds the truth in 95 of 100 samples. */
  readonly low: number;
  readonly high: number;
  readonly hits: number;
  readonly of: number;
}

/** The 97.5th percentile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * The score interval for a share (E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22,
 * 1927), 95 %, two-sided, without continuity correction; method 3 of R. G. Newcombe, Statistics in Medicine 17, 1998.
 *
 * @param hits 0..of
 * @returns null of nothing
 */
export function wilson(hits: number, of: number): Estimate | null {
  if (!(of > 0)) return null;
  const z2 = Z * Z;
  const centre = (hits + z2 / 2) / (of + z2);
  const half = (Z / (of + z2)) * Math.sqrt((hits * (of - hits)) / of + z2 / 4);
  return {
    share: hits / of,
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === of ? 1 : Math.min(1, centre + half),
    hits,
    of,
  };
}
