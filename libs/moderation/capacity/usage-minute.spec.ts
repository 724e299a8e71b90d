import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { MINUTE_MS, minuteOf, minutesOf } from './usage-minute.js';

describe('a stretch of time by minutes', () => {
  it.each<[string, number, number, [number, number][]]>([
    ['within one', 61_000, 62_500, [[60_000, 1_500]]],
    [
      'over an edge',
      59_000,
      61_000,
      [
        [0, 1_000],
        [60_000, 1_000],
      ],
    ],
    ['to an edge', 59_000, 60_000, [[0, 1_000]]],
    ['of no length', 59_000, 59_000, []],
    ['that ends before it begins', 59_000, 58_000, []],
  ])('%s', (_what, fromMs, toMs, expected) => {
    expect(minutesOf(fromMs, toMs).map(({ minuteMs, ms }) => [minuteMs, ms])).toEqual(expected);
  });

  it('adds up, in minutes that follow each other, none of them overfull', () => {
    const at = fc.double({ min: 0, max: 4e12, noNaN: true });
    fc.assert(
      fc.property(at, fc.double({ min: 0, max: 40 * MINUTE_MS, noNaN: true }), (fromMs, lengthMs) => {
        const toMs = fromMs + lengthMs;
        const parts = minutesOf(fromMs, toMs);
        expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(toMs - fromMs, 2);
        for (const [place, { minuteMs, ms }] of parts.entries()) {
          expect(minuteMs).toBe(minuteOf(fromMs) + place * MINUTE_MS);
          expect(ms).toBeGreaterThan(0);
          expect(ms).toBeLessThanOrEqual(MINUTE_MS);
        }
      }),
    );
  });
});
