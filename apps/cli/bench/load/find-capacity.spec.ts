import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { findCapacity, type SearchLimits } from './find-capacity.js';
import type { Verdict } from './verdict.js';

const LIMITS: SearchLimits = {
  startRate: 50,
  rateMax: 10_000,
  growth: 1.6,
  resolution: 1.05,
  stepsMax: 40,
  unknownsMax: 3,
  hasTime: () => true,
};

/** Holds up to its capacity; from a rate on the generator is late. */
const serverOf =
  (capacity: number, lateFrom = Infinity) =>
  (rate: number): Promise<{ verdict: Verdict }> =>
    Promise.resolve({ verdict: rate >= lateFrom ? 'unknown' : rate <= capacity ? 'held' : 'failed' });

describe('the search for the capacity', () => {
  it('finds it within its resolution, from below and from above', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 21, max: 5_000 }), async (capacity) => {
      const { perSecond, failedPerSecond, steps } = await findCapacity(serverOf(capacity), LIMITS);
      expect(perSecond).toBeLessThanOrEqual(capacity);
      expect(failedPerSecond).toBeGreaterThan(capacity);
      // a whole number a second is as fine as it gets
      expect((failedPerSecond ?? 0) - 1).toBeLessThanOrEqual((perSecond ?? 0) * LIMITS.resolution);
      expect(steps.length).toBeLessThanOrEqual(17);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('grows until the rate breaks, and asks no rate twice', async () => {
    const { steps } = await findCapacity(serverOf(134), LIMITS);
    const rates = steps.map(({ rate }) => rate);
    expect(rates.slice(0, 4)).toEqual([50, 80, 128, 205]);
    expect(new Set(rates).size).toBe(rates.length);
  });

  it('says so when nothing holds', async () => {
    const { perSecond, steps } = await findCapacity(serverOf(0), LIMITS);
    expect({ perSecond, last: steps.at(-1)?.rate }).toEqual({ perSecond: null, last: 1 });
  });

  it('stops at the highest rate that may be tried', async () => {
    const { perSecond, failedPerSecond } = await findCapacity(serverOf(1e6), { ...LIMITS, rateMax: 300 });
    expect({ perSecond, failedPerSecond }).toEqual({ perSecond: 300, failedPerSecond: null });
  });

  it('ends with what it has when there are no more steps, or no more time', async () => {
    const few = await findCapacity(serverOf(134), { ...LIMITS, stepsMax: 3 });
    expect({ perSecond: few.perSecond, steps: few.steps.length }).toEqual({ perSecond: 128, steps: 3 });
    let left = 2;
    const late = await findCapacity(serverOf(134), { ...LIMITS, hasTime: () => left-- > 0 });
    expect({ perSecond: late.perSecond, steps: late.steps.length }).toEqual({ perSecond: 80, steps: 2 });
  });

  it('never takes a rate without a verdict for one that fails', async () => {
    const { perSecond, failedPerSecond, unknownPerSecond, steps } = await findCapacity(serverOf(1e6, 120), LIMITS);
    expect(steps.map(({ rate }) => rate)).toEqual([50, 80, 128, 101, 114, 121, 117]);
    expect({ perSecond, failedPerSecond, unknownPerSecond }).toEqual({
      perSecond: 117,
      failedPerSecond: null,
      unknownPerSecond: 121,
    });
  });

  it('forgets a rate without a verdict when a lower one fails', async () => {
    const { failedPerSecond, unknownPerSecond } = await findCapacity(serverOf(90, 120), LIMITS);
    expect({ failedPerSecond, unknownPerSecond }).toEqual({ failedPerSecond: 92, unknownPerSecond: null });
  });

  it('gives up when the generator is always late', async () => {
    const { perSecond, failedPerSecond, steps } = await findCapacity(serverOf(100, 1), LIMITS);
    expect({ perSecond, failedPerSecond, steps: steps.length }).toEqual({
      perSecond: null,
      failedPerSecond: null,
      steps: 3,
    });
  });
});
