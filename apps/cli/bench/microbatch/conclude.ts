import { median, rounded } from '../statistics.js';
import type { SideRun } from './measure-side.js';

/** Both sides of one round, under the same load. */
export interface Pair {
  readonly alone: SideRun;
  readonly window: SideRun;
}

/** A ratio of window to alone: the median over rounds, and the lowest and the highest. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Comparison {
  readonly p95: Ratio;
  readonly items: Ratio;
  /** Null where processor time could not be told. */
  readonly cpu: Ratio | null;
}

export function compareSides(pairs: readonly Pair[]): Comparison {
  const ratioOf = (of: (run: SideRun) => number): Ratio => {
    const ratios = pairs.map(({ alone, window }) => of(window) / of(alone));
    return { median: rounded(median(ratios)), low: rounded(Math.min(...ratios)), high: rounded(Math.max(...ratios)) };
  };
  const hasCpu = pairs.every(({ alone, window }) => alone.cpuMsPerItem !== null && window.cpuMsPerItem !== null);
  return {
    p95: ratioOf(({ p95Ms }) => p95Ms),
    items: ratioOf(({ itemsPerSecond }) => itemsPerSecond),
    cpu: hasCpu ? ratioOf(({ cpuMsPerItem }) => cpuMsPerItem ?? Number.NaN) : null,
  };
}

/** More or less than this is worth a word, whatever the rounds agree on. */
const WORTH = 0.03;

/** What a ratio says when every round says it; "the same" when rounds disagree or it is hardly a difference. */
export function directionOf({ median: middle, low, high }: Ratio): 'less' | 'same' | 'more' {
  if (high < 1 && middle <= 1 - WORTH) return 'less';
  if (low > 1 && middle >= 1 + WORTH) return 'more';
  return 'same';
}

/**
 * Says what the numbers say, and no more.
 *
 * @param steady at a share of the capacity, where latency counts
 * @param full beyond the capacity, where the rate counts
 */
export function conclude(windowMs: number, steady: Comparison, full: Comparison): string {
  const latency = {
    less: `shortens p95 to ${steady.p95.median} times`,
    same: `leaves p95 as it is (${steady.p95.median} times)`,
    more: `lengthens p95 to ${steady.p95.median} times`,
  }[directionOf(steady.p95)];
  const rate = {
    less: `takes some of the rate beyond the capacity (${full.items.median} times)`,
    same: `does not change the rate beyond the capacity (${full.items.median} times)`,
    more: `raises the rate beyond the capacity to ${full.items.median} times`,
  }[directionOf(full.items)];
  const cpu =
    steady.cpu === null ? 'its processor time could not be told' : CPU_WORDS[directionOf(steady.cpu)](steady.cpu);
  return `On this machine a window of ${windowMs} ms ${latency}, ${rate}, and ${cpu}: ${judgementOf(steady, full)}`;
}

const CPU_WORDS = {
  less: ({ median: middle }: Ratio): string => `saves processor time (${middle} times an image)`,
  same: ({ median: middle }: Ratio): string => `costs the same processor time (${middle} times an image)`,
  more: ({ median: middle }: Ratio): string => `costs more processor time (${middle} times an image)`,
};

function judgementOf(steady: Comparison, full: Comparison): string {
  const gains = directionOf(full.items) === 'more' || (steady.cpu !== null && directionOf(steady.cpu) === 'less');
  const loses = directionOf(steady.p95) === 'more' || directionOf(full.items) === 'less';
  if (gains && loses) return 'it buys utilisation with latency.';
  if (gains) return 'it pays.';
  return loses
    ? 'it does not pay here; batch 1 is the better choice.'
    : 'it makes no difference that can be seen here.';
}
