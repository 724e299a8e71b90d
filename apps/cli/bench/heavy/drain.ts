import { rounded } from '../statistics.js';

/** How fast a backlog of assets was labelled. */
export interface Drain {
  readonly finals: number;
  /** From when every process has delivered once until the last final. */
  readonly steadyPerSecond: number;
  /** From the first acceptance to the last final: bell, relay, queue and the first batch included. */
  readonly wholePerSecond: number;
  /** From the first acceptance to the first final. */
  readonly firstFinalMs: number;
}

/**
 * Rates by the times of finals. A batch's finals come together: the first of them stand for work that was done before
 * the first final, and do not count as done after it.
 *
 * @param timesMs when each final was decided, in any order
 * @param fromMs when the first asset was accepted
 * @param firstFinals how many finals there are when each process has delivered its first batch
 * @throws RangeError when there are no more finals than those
 */
export function drainOf(timesMs: readonly number[], fromMs: number, firstFinals: number): Drain {
  const times = [...timesMs].sort((a, b) => a - b);
  const [first, steadyFrom, last] = [times[0], times[firstFinals - 1], times.at(-1)];
  if (first === undefined || steadyFrom === undefined || last === undefined || last <= steadyFrom) {
    throw new RangeError(`${times.length} finals are too few to measure a rate`);
  }
  return {
    finals: times.length,
    steadyPerSecond: rounded(((times.length - firstFinals) / (last - steadyFrom)) * 1_000),
    wholePerSecond: rounded((times.length / (last - fromMs)) * 1_000),
    firstFinalMs: rounded(first - fromMs, 0),
  };
}
