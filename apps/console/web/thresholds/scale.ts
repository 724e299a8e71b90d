/** Scores nearer to 0 or 1 than this lie in one bar at either end. */
const LEAST = 0.0001;
/** How wide the bars at the ends are, in log-odds. */
const END = 0.5;

const logOdds = (score: number): number => Math.log(score / (1 - score));

/** Where the scale ends, in log-odds. */
export const REACH = -logOdds(LEAST) + END;

/** Where a score stands on the scale: its log-odds, and at either end in proportion. @param score 0..1 */
export function toScale(score: number): number {
  if (score < LEAST) return -REACH + (score / LEAST) * END;
  if (score > 1 - LEAST) return REACH - ((1 - score) / LEAST) * END;
  return logOdds(score);
}

/** The score that stands there. @param at within the scale; beyond it, its end */
export function fromScale(at: number): number {
  const inner = REACH - END;
  if (at < -inner) return Math.max(0, ((at + REACH) / END) * LEAST);
  if (at > inner) return 1 - Math.max(0, ((REACH - at) / END) * LEAST);
  return 1 / (1 + Math.exp(-at));
}

/** How far along the scale a score stands, 0..1. */
export const partOf = (score: number): number => (toScale(score) + REACH) / (2 * REACH);

/** The edge that is nearest to a part of the scale. @param edges rising @param part 0..1 */
export function edgeAt(edges: readonly number[], part: number): number {
  const at = Math.min(1, Math.max(0, part)) * 2 * REACH - REACH;
  const above = firstFrom(edges, fromScale(at));
  const [low, high] = [edges[above - 1] ?? 0, edges[above] ?? 1];
  return at - toScale(low) < toScale(high) - at ? low : high;
}

/** The edge that lies some edges further; a score between two edges goes to the next one first. */
export function edgeBeside(edges: readonly number[], score: number, by: number): number {
  const at = firstFrom(edges, score);
  const isOn = edges[at] === score;
  const to = at + by + (isOn || by < 0 ? 0 : -1);
  return edges[Math.min(edges.length - 1, Math.max(0, to))] ?? score;
}

/** The first edge that is not below a score; their number where all are. */
export function firstFrom(edges: readonly number[], score: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 1) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}
