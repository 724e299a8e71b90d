import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { batchWorth, planTable } from './batch-worth.js';

describe('the batch that is worth its latency', () => {
  it.each([
    // 20 ms shared by more: 120, 110, 105, 102.5 ms an image
    ['a slow model', [{ batch: 1, ms: 100 }], 4],
    ['a quick one', [{ batch: 1, ms: 20 }], 32],
    // a run of 4 costs no more than one of 2
    [
      'runs that save',
      [
        { batch: 1, ms: 100 },
        { batch: 2, ms: 110 },
        { batch: 4, ms: 120 },
      ],
      16,
    ],
    ['one beyond all', [{ batch: 1, ms: 5_000 }], 1],
  ])('of %s', (_case, times, expected) => {
    expect(batchWorth(times, 20)).toBe(expected);
  });

  it('is read off a plan, whose times may be out of order by noise', () => {
    const times = planTable([
      { batch: 1, p95Ms: 110 },
      { batch: 2, p95Ms: 90 },
    ]);
    expect(times).toEqual([
      { batch: 1, ms: 100 },
      { batch: 2, ms: 100 },
    ]);
  });

  it('grows with what every batch costs, and is 1 where that is nothing and runs save nothing', () => {
    const times = fc.integer({ min: 1, max: 5_000 }).map((ms) => [{ batch: 1, ms }]);
    const costs = fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 }));
    fc.assert(
      fc.property(times, costs, (table, [a, b]) => {
        expect(batchWorth(table, 0)).toBe(1);
        expect(batchWorth(table, Math.max(a, b))).toBeGreaterThanOrEqual(batchWorth(table, Math.min(a, b)));
      }),
    );
  });
});
