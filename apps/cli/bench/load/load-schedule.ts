import type { LoadBenchOptions } from './load-options.js';
import { TRIES_MAX } from './verdict.js';

/** Before what counts of a step: the service finds its pace at the rate. */
export const STEP_WARM_UP_S = 2;
/** Warming up, one upload at a time, and a few steps. */
const SEARCH_S_MIN = 60;
/** A reported load is this many steps long, for the sake of its p99. */
const LOAD_STEPS = 3;
/** Shares of the capacity that are reported, in this order; the last one shows what is left after the overload. */
export const LOADS = [
  { name: '70 %', share: 0.7 },
  { name: '1 ×', share: 1 },
  { name: '2 ×', share: 2 },
  { name: '5 ×', share: 5 },
  { name: '70 % after', share: 0.7 },
] as const;

export interface LoadSchedule {
  /** Measured seconds of each reported load. */
  readonly loadSeconds: number;
  /** The rate that was given in place of a search. */
  readonly givenPerSecond?: number;
  /** No step of the search begins later than this. */
  readonly searchMs: number;
}

/**
 * Divides the time between the search and the loads.
 *
 * @throws Error when the options do not leave enough, or contradict each other
 */
export function scheduleLoads({ secondsPerStep, minutes, skipSearch, rate }: LoadBenchOptions): LoadSchedule {
  if (skipSearch !== (rate !== undefined))
    throw new Error('--skip-search and --rate go together: give both or neither');
  const loadSeconds = secondsPerStep * LOAD_STEPS;
  if (rate !== undefined) return { loadSeconds, givenPerSecond: rate, searchMs: 0 };
  const loadsS = LOADS.length * (loadSeconds + STEP_WARM_UP_S);
  // a rate of the search that began in time may be run again
  const reservedS = loadsS + TRIES_MAX * (secondsPerStep + STEP_WARM_UP_S);
  const minutesMin = Math.ceil((reservedS + SEARCH_S_MIN) / 60);
  if (minutes < minutesMin) {
    throw new Error(
      `--minutes ${minutes} is too short: the ${LOADS.length} loads take ${loadsS} s and the search a minute at least. ` +
        `Give --minutes ${minutesMin}, a smaller --seconds-per-step, or --skip-search with --rate`,
    );
  }
  return { loadSeconds, searchMs: (minutes * 60 - reservedS) * 1_000 };
}
