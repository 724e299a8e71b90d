import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { wilson } from './wilson.js';

describe('the interval of a share', () => {
  // Newcombe 1998, Table I, method 3
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is what is published', (hits, of, low, high) => {
    const estimate = wilson(hits, of);
    expect(estimate?.low).toBeCloseTo(low, 4);
    expect(estimate?.high).toBeCloseTo(high, 4);
    expect(estimate).toMatchObject({ share: hits / of, hits, of });
  });

  it('of nothing is none', () => {
    expect(wilson(0, 0)).toBeNull();
  });

  it('lies within 0..1 and around the share, mirrors, and narrows with more of the same', () => {
    const samples = fc.integer({ min: 1, max: 100_000 }).chain((of) => fc.tuple(fc.nat(of), fc.constant(of)));
    fc.assert(
      fc.property(samples, ([hits, of]) => {
        const [one, other, more] = [wilson(hits, of), wilson(of - hits, of), wilson(2 * hits, 2 * of)];
        if (one === null || other === null || more === null) throw new Error('there is a sample');
        expect(one.low).toBeGreaterThanOrEqual(0);
        expect(one.high).toBeLessThanOrEqual(1);
        expect(one.low).toBeLessThanOrEqual(one.share);
        expect(one.high).toBeGreaterThanOrEqual(one.share);
        expect(other.low).toBeCloseTo(1 - one.high, 10);
        expect(more.high - more.low).toBeLessThan(one.high - one.low);
      }),
    );
  });
});
