import { describe, expect, it } from '@jest/globals';

import { median, rounded, spreadOf } from './statistics.js';

describe('the median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is no number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('a spread', () => {
  it('tells values by nearest rank', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(spreadOf(values)).toEqual({ count: 200, min: 1, p50: 100, p95: 190, p99: 198, max: 200 });
  });
});

describe('rounding', () => {
  it('keeps the decimals that are asked for', () => {
    expect([rounded(1.2345), rounded(1.2345, 0), rounded(1234.56, -2)]).toEqual([1.23, 1, 1200]);
  });
});
