import type { BandCounts, Histogram } from '#moderation/statistics/label-statistics.js';
import type { StandingName } from '#moderation/statistics/label-sample.js';
import type { Thresholds } from '#moderation/policy.js';

import { firstFrom } from './scale.js';

/** In the order of the bars, from below. */
export const STANDINGS = ['allow', 'review', 'block', 'pending'] as const satisfies readonly StandingName[];

/** How many scores lie below each edge, so that whatever is asked about a threshold is one look. */
export interface Counted {
  readonly edges: readonly number[];
  /** One number an edge, and one more: of all. */
  readonly all: readonly number[];
  readonly there: readonly number[];
  readonly notThere: readonly number[];
}

/** A number of assets: exact where a threshold lies on an edge, else within `low` and `high`. */
export interface Count {
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** What two thresholds make of the scores. */
export interface Parted {
  readonly bands: BandCounts;
  /** By how many assets, at most, what is clear and what violates is not exact; 0 where both thresholds lie on edges. */
  readonly mayBeOff: number;
  readonly there: BandCounts;
  readonly notThere: BandCounts;
}

/** A bar of the histogram: the assets with a score from one edge to below another. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly standing: Readonly<Record<StandingName, number>>;
  readonly there: number;
  readonly notThere: number;
  readonly all: number;
}

export function countedOf({ edges, standing, there, notThere }: Histogram): Counted {
  const all = edges.map((_, bin) => STANDINGS.reduce((sum, name) => sum + (standing[name][bin] ?? 0), 0));
  return { edges, all: sums(all), there: sums(there), notThere: sums(notThere) };
}

/** How many scores of a column lie below a threshold; between two edges in proportion. */
export function below(edges: readonly number[], sumsOf: readonly number[], threshold: number): Count {
  const at = firstFrom(edges, threshold);
  const high = sumsOf[at] ?? 0;
  const [edge, before] = [edges[at] ?? 1, edges[at - 1] ?? 0];
  if (edge === threshold || at === 0) return { count: high, low: high, high };
  const low = sumsOf[at - 1] ?? 0;
  return { count: Math.round(low + ((high - low) * (threshold - before)) / (edge - before)), low, high };
}

/** What thresholds make of the scores. @param at `clearBelow` does not exceed `blockFrom` */
export function partedAt({ edges, all, there, notThere }: Counted, at: Thresholds): Parted {
  const [clear, block] = [below(edges, all, at.clearBelow), below(edges, all, at.blockFrom)];
  return {
    bands: bandsOf(edges, all, at),
    mayBeOff: Math.max(...[clear, block].map(({ count, low, high }) => Math.max(count - low, high - count))),
    there: bandsOf(edges, there, at),
    notThere: bandsOf(edges, notThere, at),
  };
}

function bandsOf(
  edges: readonly number[],
  sumsOf: readonly number[],
  { clearBelow, blockFrom }: Thresholds,
): BandCounts {
  const [clear, milder] = [below(edges, sumsOf, clearBelow).count, below(edges, sumsOf, blockFrom).count];
  return { clear, uncertain: milder - clear, violating: (sumsOf.at(-1) ?? 0) - milder };
}

/** Sums of all numbers before each; one more than there are numbers. */
function sums(numbers: readonly number[]): number[] {
  const found = [0];
  for (const [index, number] of numbers.entries()) found.push((found[index] ?? 0) + number);
  return found;
}
