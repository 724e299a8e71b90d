import { describe, expect, it } from '@jest/globals';
import { composeService, percentile, perSecond, timesOf } from './plan-times.js';

describe('times', () => {
  it('of few runs have the slowest as their 95th percentile', () => {
    expect(timesOf([3, 1, 2.004])).toEqual({ n: 3, p50Ms: 2, p95Ms: 3 });
  });

  it('of none are not to be had', () => {
    expect(() => timesOf([])).toThrow(RangeError);
  });

  it.each([
    [0.5, 50],
    [0.95, 95],
    [0, 1],
    [1, 100],
  ])('have the nearest-rank percentile %d', (share, value) => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, share)).toBe(value);
  });
});

describe('the service time of a batch', () => {
  it('is a run for each view of an image, and the decode of each image', () => {
    const run = { n: 6, p50Ms: 25, p95Ms: 30 };
    expect(composeService({ decodeMs: 5, views: 1 }, run, 4)).toEqual({ n: 6, p50Ms: 45, p95Ms: 50 });
    expect(composeService({ decodeMs: 5, views: 2 }, run, 4)).toEqual({ n: 6, p50Ms: 70, p95Ms: 80 });
  });

  it('gives the capacity of all workers', () => {
    expect(perSecond(2, 4, { n: 1, p50Ms: 40, p95Ms: 99 })).toBe(200);
  });
});
