/** Whole numbers from one to another, each divided by the same. */
const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index) / by);

/** The same steps from 1 downwards, least first; no error of rounding, for each is one division. */
const mirrored = (from: number, to: number, by: number): number[] => steps(by - to, by - from, by);

/**
 * Where bins of scores begin: at 0, then in steps of 0.00001 from 0.0001, of 0.0001 from 0.001, of 0.001 from 0.01 to 0.99,
 * and the same mirrored up to 0.9999; the last bin holds 1 alone. Scores of classifiers crowd at both ends of 0..1, and
 * thresholds lie there too: two digits of the score near 0, and of what is left of it near 1, are what people set. Each edge is
 * the number that its decimals are read as, so that counts below a threshold on an edge are exact.
 */
export const SCORE_EDGES: readonly number[] = [
  0,
  ...steps(10, 99, 100_000),
  ...steps(10, 99, 10_000),
  ...steps(10, 990, 1_000),
  ...mirrored(10, 99, 10_000),
  ...mirrored(10, 99, 100_000),
  1,
];

export const SCORE_BINS = SCORE_EDGES.length;

/** The bin of a score: its lower edge belongs to it; -1 for what is no score. */
export function binOf(score: number): number {
  if (!(score >= 0 && score <= 1)) return -1;
  let [low, high] = [0, SCORE_BINS - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (score >= (SCORE_EDGES[middle] ?? 1)) low = middle;
    else high = middle - 1;
  }
  return low;
}
