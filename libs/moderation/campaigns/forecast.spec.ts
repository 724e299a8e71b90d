import { describe, expect, it } from '@jest/globals';

import { coreSecondsOf, forecastSeconds, measuredRate } from './forecast.js';

const batchesAt = (...atMs: number[]) => atMs.map((at) => ({ atMs: at, images: 8 }));

describe('the measured rate', () => {
  it('is that of the time between batches', () => {
    expect(measuredRate(batchesAt(0, 2_000, 4_000))).toEqual({ imagesPerSecond: 4, images: 16 });
  });

  it('leaves out the time in which there was nothing to do', () => {
    expect(measuredRate(batchesAt(3_600_000, 0, 2_000, 3_602_000))).toEqual({ imagesPerSecond: 4, images: 16 });
  });

  it.each<[string, number[]]>([
    ['nothing', []],
    ['one batch', [0]],
    ['batches that lie far apart', [0, 60_000, 120_000]],
    ['batches of one moment', [5, 5, 5]],
  ])('is not known from %s', (_case, times) => {
    expect(measuredRate(batchesAt(...times))).toBeUndefined();
  });
});

describe('how long it takes', () => {
  it.each<[number, number | undefined, number | null, number | null]>([
    [0, undefined, null, 0],
    [100, undefined, null, null],
    [100, 4, null, 25],
    [100, 4, 2, 50],
    [100, 2, 4, 50],
    [100, undefined, 5, 20],
  ])('%j looks at %j a second, capped at %j: %j s', (looks, rate, rateMax, seconds) => {
    expect(forecastSeconds(looks, rate, rateMax)).toBe(seconds);
  });
});

describe('core seconds of an image', () => {
  it.each<[number, number, number | undefined]>([
    [20_000, 100, 0.2],
    [20_000, 7, undefined],
    [0, 100, undefined],
  ])('%j ms for %j images: %j', (busyCoreMs, items, seconds) => {
    expect(coreSecondsOf({ busyCoreMs, items })).toBe(seconds);
  });
});
