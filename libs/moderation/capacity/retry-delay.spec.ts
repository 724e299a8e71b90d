import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { RETRY_MS_MAX, retryDelayMs } from './retry-delay.js';

const attempts = fc.integer({ min: 1, max: 1_000 });
const random = fc.double({ min: 0, max: 1, noNaN: true });

describe('the wait before the next try', () => {
  it.each([
    [1, 0, 2_000],
    [1, 1, 4_000],
    [2, 0.5, 6_000],
    [3, 0, 8_000],
    [7, 1, 256_000],
    [8, 1, 300_000],
    [20, 0, 150_000],
  ])('after failure %i with %d is %i ms', (failed, chance, expected) => {
    expect(retryDelayMs(failed, chance)).toBe(expected);
  });

  it('is above zero, below its cap, and half of it is never left to chance', () => {
    fc.assert(
      fc.property(attempts, random, (failed, chance) => {
        const waitMs = retryDelayMs(failed, chance);
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(RETRY_MS_MAX);
        expect(waitMs).toBeGreaterThanOrEqual(retryDelayMs(failed, 1) / 2);
        expect(waitMs).toBeLessThanOrEqual(retryDelayMs(failed, 1));
      }),
    );
  });

  it('grows with every failure, whatever chance says, until it is at its cap', () => {
    fc.assert(
      fc.property(attempts, random, random, (failed, before, after) => {
        const atCap = retryDelayMs(failed + 1, 1) === RETRY_MS_MAX;
        if (!atCap) expect(retryDelayMs(failed + 1, after)).toBeGreaterThanOrEqual(retryDelayMs(failed, before));
        expect(retryDelayMs(failed + 1, 1)).toBeGreaterThanOrEqual(retryDelayMs(failed, 1));
      }),
    );
  });
});
