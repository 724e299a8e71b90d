import type { Verdict } from './verdict.js';

/** What the search asks of a run. */
export interface Judged {
  readonly verdict: Verdict;
}

export interface SearchLimits {
  /** Requests a second of the first step. */
  readonly startRate: number;
  readonly rateMax: number;
  /** Rates are this many times the one before, until one does not hold. */
  readonly growth: number;
  /** The search ends when the lowest rate that did not hold is at most this many times the highest that held. */
  readonly resolution: number;
  readonly stepsMax: number;
  /** The search ends at this many rates without a verdict. */
  readonly unknownsMax: number;
  /** Asked before each step: whether there is time for another one. */
  readonly hasTime: () => boolean;
}

export interface Capacity<T extends Judged> {
  /** The highest rate that held; null when none did. */
  readonly perSecond: number | null;
  /** The lowest rate above it that failed; null when none was found in time. */
  readonly failedPerSecond: number | null;
  /** The lowest rate between the two that there is no verdict on: nothing is known from there on. Null when all have one. */
  readonly unknownPerSecond: number | null;
  readonly steps: readonly (T & { readonly rate: number })[];
}

/**
 * Finds the highest rate at which a promise holds: grows until it breaks, then halves the interval (by ratio). When the
 * first rate does not hold, rates shrink until one does. A rate without a verdict is not gone beyond, and does not count
 * as one that fails: rates below it are tried to know what does hold.
 *
 * @param probe runs one step at a rate
 */
export async function findCapacity<T extends Judged>(
  probe: (rate: number) => Promise<T>,
  { startRate, rateMax, growth, resolution, stepsMax, unknownsMax, hasTime }: SearchLimits,
): Promise<Capacity<T>> {
  const steps: (T & { rate: number })[] = [];
  const ratesOf = (verdict: Verdict): number[] =>
    steps.filter((step) => step.verdict === verdict).map(({ rate }) => rate);
  while (steps.length < stepsMax && ratesOf('unknown').length < unknownsMax && hasTime()) {
    const rate = nextRate(Math.max(...ratesOf('held')), Math.min(...ratesOf('failed'), ...ratesOf('unknown')));
    if (rate === undefined) break;
    steps.push({ ...(await probe(rate)), rate });
  }
  const [held, failed, unknown] = [
    Math.max(...ratesOf('held')),
    Math.min(...ratesOf('failed')),
    Math.min(...ratesOf('unknown')),
  ];
  return {
    perSecond: finite(held),
    failedPerSecond: finite(failed),
    unknownPerSecond: unknown < failed ? finite(unknown) : null,
    steps,
  };

  /** @param highest that held, -Infinity when none did @param lowest that did not hold, Infinity when there is none */
  function nextRate(highest: number, lowest: number): number | undefined {
    if (Number.isFinite(highest) && Number.isFinite(lowest)) {
      return lowest / highest <= resolution ? undefined : wholeRate(Math.sqrt(highest * lowest), highest, lowest);
    }
    if (Number.isFinite(lowest)) return lowest <= 1 ? undefined : Math.max(1, Math.round(lowest / growth));
    if (!Number.isFinite(highest)) return Math.min(rateMax, startRate);
    return highest >= rateMax ? undefined : Math.min(rateMax, Math.ceil(highest * growth));
  }
}

const finite = (rate: number): number | null => (Number.isFinite(rate) ? rate : null);

/** A whole rate between the two; undefined when there is none. */
function wholeRate(rate: number, above: number, below: number): number | undefined {
  const whole = Math.round(rate);
  return whole > above && whole < below ? whole : undefined;
}
