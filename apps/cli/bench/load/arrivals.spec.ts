import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { Random } from '#imaging/samples/random.js';

import { drawArrivals, type ArrivalProcess } from './arrivals.js';

const TRACE = [0, 10, 15, 40, 41, 90];
const PROCESSES: ArrivalProcess[] = [
  { kind: 'constant' },
  { kind: 'poisson' },
  { kind: 'bursty', onMs: 200, offMs: 300 },
  { kind: 'replay', atMs: TRACE },
];

const gapsOf = (times: readonly number[]): number[] => times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Variance over mean of the counts in windows: 1 of a Poisson process, more of bursts. */
function dispersion(times: readonly number[], forMs: number, windowMs: number): number {
  const counts = Array.from({ length: forMs / windowMs }, () => 0);
  for (const atMs of times) {
    const window = Math.floor(atMs / windowMs);
    counts[window] = (counts[window] ?? 0) + 1;
  }
  const middle = mean(counts);
  return mean(counts.map((count) => (count - middle) ** 2)) / middle;
}

describe('arrivals', () => {
  it('that are constant are exact, to the last one of a long run', () => {
    const times = drawArrivals({ kind: 'constant' }, 134, 600_000, new Random(1));
    expect(times).toHaveLength(80_400);
    expect(times.at(-1)).toBe((80_399 * 1_000) / 134);
  });

  it('of a Poisson process have exponential gaps, and counts that vary as much as they are', () => {
    const times = drawArrivals({ kind: 'poisson' }, 100, 200_000, new Random(7));
    const gaps = gapsOf(times);
    expect(times.length / 200).toBeCloseTo(100, -1);
    // of exponential gaps the share above the mean is 1/e
    expect(gaps.filter((gap) => gap > 10).length / gaps.length).toBeCloseTo(Math.exp(-1), 1);
    expect(dispersion(times, 200_000, 500)).toBeGreaterThan(0.75);
    expect(dispersion(times, 200_000, 500)).toBeLessThan(1.3);
  });

  it('in bursts keep the mean rate, and come together', () => {
    const times = drawArrivals({ kind: 'bursty', onMs: 200, offMs: 300 }, 100, 400_000, new Random(3));
    expect(times.length / 400).toBeGreaterThan(93);
    expect(times.length / 400).toBeLessThan(107);
    expect(dispersion(times, 400_000, 500)).toBeGreaterThan(5);
    // silent stays of 300 ms on average are there to be seen
    expect(gapsOf(times).filter((gap) => gap > 150).length).toBeGreaterThan(200);
  });

  it('of a trace keep its pattern at any rate, and begin anew after its end', () => {
    // six arrivals in 108 ms (the gap from the last to the first is the mean gap, 18 ms): 55.6 a second
    const times = drawArrivals({ kind: 'replay', atMs: TRACE }, 6_000 / 108 / 2, 432, new Random(1));
    expect(times.map((atMs) => Math.round(atMs))).toEqual([0, 20, 30, 80, 82, 180, 216, 236, 246, 296, 298, 396]);
  });

  it('are in order, within their time, as many as the rate says, and the same for the same seed', () => {
    const anyProcess = fc.constantFrom(...PROCESSES);
    const property = fc.property(anyProcess, fc.integer({ min: 50, max: 900 }), fc.nat(1_000), (kind, rate, seed) => {
      const times = drawArrivals(kind, rate, 20_000, new Random(seed));
      expect(times.every((atMs) => atMs >= 0 && atMs < 20_000)).toBe(true);
      expect(gapsOf(times).every((gap) => gap >= 0)).toBe(true);
      expect(times.length / 20 / rate).toBeGreaterThan(0.2);
      expect(times.length / 20 / rate).toBeLessThan(2.2);
      expect(drawArrivals(kind, rate, 20_000, new Random(seed))).toEqual(times);
    });
    fc.assert(property, { numRuns: 40 });
  });

  it.each([
    ['a rate of nothing', { kind: 'constant' }, 0],
    ['a burst without length', { kind: 'bursty', onMs: 0, offMs: 10 }, 5],
    ['a trace of one arrival', { kind: 'replay', atMs: [5] }, 5],
    ['a trace of one moment', { kind: 'replay', atMs: [5, 5] }, 5],
  ] as const)('cannot be drawn with %s', (_, process, rate) => {
    expect(() => drawArrivals(process, rate, 1_000, new Random(1))).toThrow(RangeError);
  });
});
