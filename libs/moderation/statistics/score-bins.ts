/** Bins of equal width in log-odds between these, 0.25 wide, and one more at either end. */
const LOG_ODDS_MAX = 8;
const PER_UNIT = 4;

const probability = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/**
 * Where bins of scores begin and end: 0, then 65 edges, then 1. Scores of classifiers crowd at both ends of 0..1, and
 * thresholds lie there too: a logarithmic scale of the score alone would spread one end and hide the other. So the scale is
 * that of the log-odds, ln(s / (1 − s)), which is logarithmic in the score near 0 and in what is left of it near 1.
 */
export const SCORE_EDGES: readonly number[] = [
  0,
  ...Array.from({ length: 2 * LOG_ODDS_MAX * PER_UNIT + 1 }, (_, index) =>
    probability(index / PER_UNIT - LOG_ODDS_MAX),
  ),
  1,
];

export const SCORE_BINS = SCORE_EDGES.length - 1;

/** The bin of a score: its lower edge belongs to it, and 1 to the last; -1 for what is no score. */
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
