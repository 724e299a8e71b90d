/** What the search asks of a run. */
export interface Held {
  /** Whether the service held its promise at this rate. */
  readonly held: boolean;
}

export interface SearchLimits {
  /** Requests a second of the first step. */
  readonly startRate: number;
  readonly rateMax: number;
  /** Rates are this many times the one before, until one does not hold. */
  readonly growth: number;
  /** The search ends when the lowest rate that failed is at most this many times the highest that held. */
  readonly resolution: number;
  readonly stepsMax: number;
  /** Asked before each step: whether there is time for another one. */
  readonly hasTime: () => boolean;
}

export interface Capacity<T extends Held> {
  /** The highest rate that held; null when none did. */
  readonly perSecond: number | null;
  /** The lowest rate above it that did not hold; null when none was found in time. */
  readonly failedPerSecond: number | null;
  readonly steps: readonly (T & { readonly rate: number })[];
}

/**
 * Finds the highest rate at which a promise holds: grows until it breaks, then halves the interval (by ratio). When the
 * first rate does not hold, rates shrink until one does.
 *
 * @param probe runs one step at a rate
 */
export async function findCapacity<T extends Held>(
  probe: (rate: number) => Promise<T>,
  { startRate, rateMax, growth, resolution, stepsMax, hasTime }: SearchLimits,
): Promise<Capacity<T>> {
  const steps: (T & { rate: number })[] = [];
  let good: number | null = null;
  let bad: number | null = null;
  while (steps.length < stepsMax && hasTime()) {
    const rate = nextRate(good, bad);
    if (rate === undefined) break;
    const step = await probe(rate);
    steps.push({ ...step, rate });
    if (step.held) good = rate;
    else bad = rate;
  }
  return { perSecond: good, failedPerSecond: bad, steps };

  function nextRate(highest: number | null, lowest: number | null): number | undefined {
    if (highest !== null && lowest !== null) {
      return lowest / highest <= resolution ? undefined : wholeRate(Math.sqrt(highest * lowest), highest, lowest);
    }
    if (lowest !== null) return lowest <= 1 ? undefined : Math.max(1, Math.round(lowest / growth));
    if (highest === null) return Math.min(rateMax, startRate);
    return highest >= rateMax ? undefined : Math.min(rateMax, Math.ceil(highest * growth));
  }
}

/** A whole rate between the two; undefined when there is none. */
function wholeRate(rate: number, above: number, below: number): number | undefined {
  const whole = Math.round(rate);
  return whole > above && whole < below ? whole : undefined;
}
