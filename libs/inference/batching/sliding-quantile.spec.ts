import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { SlidingQuantile } from './sliding-quantile.js';

describe('a sliding quantile', () => {
  it('is that of the last values, sorted anew each time', () => {
    const values = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (all, size) => {
        const sliding = new SlidingQuantile(size, 0.95);
        for (const [index, value] of all.entries()) {
          sliding.add(value);
          const last = all.slice(Math.max(0, index + 1 - size), index + 1).sort((a, b) => a - b);
          expect(sliding.count).toBe(last.length);
          expect(sliding.quantile()).toBe(last[Math.ceil(0.95 * last.length) - 1]);
          expect(sliding.least()).toBe(last[0]);
        }
      }),
    );
  });

  it('is of those that are left when the oldest goes', () => {
    const sliding = new SlidingQuantile(3, 0.95);
    sliding.dropOldest();
    for (const value of [1, 9, 8, 2]) sliding.add(value);
    sliding.dropOldest();
    expect([sliding.quantile(), sliding.mean(), sliding.count]).toEqual([8, 5, 2]);
    for (const value of [3, 1]) sliding.add(value);
    expect([sliding.quantile(), sliding.least(), sliding.count]).toEqual([3, 1, 3]);
  });

  it('of nothing is undefined, and so after it was cleared', () => {
    const sliding = new SlidingQuantile(3, 0.95);
    expect([sliding.quantile(), sliding.mean()]).toEqual([undefined, undefined]);
    for (const value of [4, 3, 2, 1]) sliding.add(value);
    expect(sliding.quantile()).toBe(3);
    sliding.clear();
    expect([sliding.quantile(), sliding.least(), sliding.count]).toEqual([undefined, undefined, 0]);
    sliding.add(9);
    expect(sliding.quantile()).toBe(9);
  });
});
