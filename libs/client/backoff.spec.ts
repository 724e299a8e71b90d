import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { backoffMs } from './backoff.js';

describe('the wait before the next attempt', () => {
  it('is never shorter than the service asked for, nor half a minute longer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.nat(3_600_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, askedMs, random) => {
          const delayMs = backoffMs(attempt, askedMs, random);
          expect(delayMs).toBeGreaterThan(askedMs);
          expect(delayMs).toBeLessThanOrEqual(askedMs + 15_000);
        },
      ),
    );
  });

  it('grows until it grows no more, and differs by chance', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, undefined, 0))).toEqual([125, 250, 500, 1_000]);
    expect([1, 2].map((attempt) => backoffMs(attempt, undefined, 1))).toEqual([250, 500]);
    expect([9, 99].map((attempt) => backoffMs(attempt, undefined, 1))).toEqual([15_000, 15_000]);
  });
});
