import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { linearScale, logScale } from './scale.js';

describe('a linear axis', () => {
  it.each([
    [
      [0, 670],
      [0, 100, 200, 300, 400, 500, 600, 700],
    ],
    [
      [0.1, 0.29],
      [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3],
    ],
    [[0], [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ])('of %j has the ticks %j', (values, ticks) => {
    expect(linearScale(values).ticks.slice(0, ticks.length)).toEqual(ticks);
  });
});

describe('a logarithmic axis', () => {
  it('has the ticks 1, 2, 5 of each decade, and equal ratios at equal distances', () => {
    const { ticks, at } = logScale([15, 320]);
    expect(ticks).toEqual([10, 20, 50, 100, 200, 500]);
    expect(at(100) - at(50)).toBeCloseTo(at(40) - at(20));
  });
});

describe.each([linearScale, logScale])('%p', (scaleOf) => {
  it('holds all values between its first and last tick', () => {
    const anyValue = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    const property = fc.property(fc.array(anyValue, { minLength: 1, maxLength: 20 }), (values) => {
      const { ticks, at } = scaleOf(values);
      expect([at(ticks[0] ?? Number.NaN), at(ticks.at(-1) ?? Number.NaN)].map((end) => Math.round(end * 1e6))).toEqual([
        0, 1e6,
      ]);
      expect(values.every((value) => at(value) >= -1e-6 && at(value) <= 1 + 1e-6)).toBe(true);
      expect(ticks.length).toBeLessThan(40);
    });
    fc.assert(property);
  });
});
