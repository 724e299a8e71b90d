import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { Random } from '#imaging/samples/random.js';

import { theilSen } from './theil-sen.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a trend', () => {
  it('of a line is its slope', () => {
    const property = fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 3, max: 40 }), (slope, count) => {
      const trend = theilSen(range(count).map((x) => [x, slope * x + 7]));
      expect(trend).toEqual({ slope, low: slope, high: slope });
    });
    fc.assert(property);
  });

  it('is not turned by a quarter of wild values', () => {
    const points = range(100).map((x): [number, number] => [x, x % 4 === 0 ? 10_000 - 90 * x : 3 * x]);
    expect(theilSen(points)?.slope).toBeCloseTo(3, 0);
  });

  it('of noise has 0 in its interval, as often as it says', () => {
    const random = new Random(11);
    const holds = range(200).filter(() => {
      const trend = theilSen(range(40).map((x) => [x, random.between(-1, 1)]));
      return trend !== undefined && trend.low <= 0 && trend.high >= 0;
    });
    expect(holds.length).toBeGreaterThanOrEqual(183);
    expect(holds.length).toBeLessThan(200);
  });

  it('of a slow leak in noise does not', () => {
    const random = new Random(5);
    const trend = theilSen(range(120).map((x) => [x, 400 + 0.1 * x + random.between(-3, 3)]));
    expect(trend?.low).toBeGreaterThan(0.05);
    expect(trend?.high).toBeLessThan(0.15);
  });

  it.each([
    [[]],
    [
      [
        [1, 1],
        [2, 2],
      ],
    ],
    [
      [
        [1, 1],
        [1, 2],
        [1, 3],
      ],
    ],
  ] as [number, number][][][])('of %j is not known', (points) => {
    expect(theilSen(points)).toBeUndefined();
  });
});
