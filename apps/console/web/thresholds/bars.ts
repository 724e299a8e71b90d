import type { Histogram } from '#moderation/statistics/label-statistics.js';

import { STANDINGS, type Bar } from './counts.js';
import { firstFrom } from './scale.js';

/** Edges of the bins that the bars are made of, so that no bin is cut: about as wide as each other in log-odds. */
const LOW = [0.0001, 0.001, 0.01].flatMap((power) => [1, 1.5, 2, 3, 5, 7].map((digits) => rounded(digits * power)));
const MIDDLE = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5];
const HALF = [...LOW, ...MIDDLE];

/** Where bars begin; the last one ends at 1, which belongs to it. */
export const BAR_EDGES: readonly number[] = [
  0,
  ...HALF,
  ...HALF.slice(0, -1)
    .reverse()
    .map((edge) => rounded(1 - edge)),
];

/** The bars of a histogram: its bins, put together. */
export function barsOf({ edges, standing, there, notThere }: Histogram): Bar[] {
  return BAR_EDGES.map((from, index) => {
    const to = BAR_EDGES[index + 1] ?? 1;
    const first = firstFrom(edges, from);
    const end = index + 1 < BAR_EDGES.length ? firstFrom(edges, to) : edges.length;
    const sum = (bins: readonly number[]): number => bins.slice(first, end).reduce((all, one) => all + one, 0);
    const [allow, review, block, pending] = STANDINGS.map((name) => sum(standing[name]));
    const of = { allow: allow ?? 0, review: review ?? 0, block: block ?? 0, pending: pending ?? 0 };
    return {
      ...{ from, to, standing: of, there: sum(there), notThere: sum(notThere) },
      all: of.allow + of.review + of.block + of.pending,
    };
  });
}

/** To the number that its decimals are read as. */
function rounded(edge: number): number {
  return Number(edge.toFixed(5));
}
