import type { Durations, Series } from '#contracts/overview-answer.js';
import { Tally, type Measure } from '#moderation/overview/cells.js';
import { quantile, type BinCounts } from '#moderation/overview/duration-bins.js';

/** The steps of a window, the oldest first, and all of them together. */
export interface Counted {
  readonly steps: readonly Tally[];
  readonly all: Tally;
}

export function counted(steps: readonly Tally[]): Counted {
  const all = new Tally();
  for (const step of steps) all.addAll(step);
  return { steps, all };
}

/** Of one name of a measure; of all its names, where none is given. */
export const seriesOf = ({ steps, all }: Counted, measure: Measure, name?: string): Series => ({
  count: all.count(measure, name),
  points: steps.map((step) => step.count(measure, name)),
});

/** A measure's names with their numbers, the largest first. */
export const ranked = ({ all }: Counted, measure: Measure): [name: string, count: number][] =>
  [...all.names(measure)].sort(([one, some], [other, more]) => more - some || one.localeCompare(other));

export const durationsOf = (bins: BinCounts): Durations => ({
  count: [...bins.values()].reduce((sum, count) => sum + count, 0),
  p50Ms: rounded(quantile(bins, 0.5)),
  p95Ms: rounded(quantile(bins, 0.95)),
  p99Ms: rounded(quantile(bins, 0.99)),
});

/** A duration is known to three digits at best. */
export const rounded = (ms: number | null): number | null => (ms === null ? null : Number(ms.toPrecision(3)));
