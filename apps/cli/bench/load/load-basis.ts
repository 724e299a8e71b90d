import { rounded } from '../statistics.js';
import type { LoadStep } from './load-step.js';

/** What the reported loads are multiples of. */
export interface LoadBasis {
  /** Uploads a second. */
  readonly perSecond: number;
  /** The highest rate that held the SLO, the best goodput of any run, or the rate that was given. */
  readonly by: 'held' | 'goodput' | 'given';
}

/** Goodput more than this many times the highest rate that held says that the search stopped too low. */
const HIGHER = 1.1;

/** The run with the most decisions in time a second; undefined of none. */
export const bestGoodput = (steps: readonly LoadStep[]): LoadStep | undefined =>
  steps.reduce<LoadStep | undefined>(
    (best, step) => (best === undefined || step.summary.goodputPerSecond > best.summary.goodputPerSecond ? step : best),
    undefined,
  );

/** The highest rate that held the SLO, or the best goodput where that is more by over a tenth. */
export function basisOf(heldPerSecond: number, steps: readonly LoadStep[]): LoadBasis {
  const goodput = bestGoodput(steps)?.summary.goodputPerSecond ?? 0;
  return goodput > heldPerSecond * HIGHER
    ? { perSecond: rounded(goodput, 1), by: 'goodput' }
    : { perSecond: heldPerSecond, by: 'held' };
}

/** The load that shows more goodput than a basis allows for; undefined when none does. */
export function refutingLoad({ perSecond }: LoadBasis, loads: readonly LoadStep[]): LoadStep | undefined {
  const best = bestGoodput(loads);
  return best !== undefined && best.summary.goodputPerSecond > perSecond * HIGHER ? best : undefined;
}
