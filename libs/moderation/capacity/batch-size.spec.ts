import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  BATCH_BUCKETS,
  bucketOf,
  largestBatch,
  monotone,
  staticBatchCap,
  timeOf,
  type WeighedTime,
} from './batch-size.js';

/** 20 ms of inference and 5 ms of overhead, whether for one or for eight. */
const FLAT = [1, 2, 4, 8].map((batch) => ({ batch, ms: 25 }));
const RISING = [
  { batch: 1, ms: 10 },
  { batch: 2, ms: 14 },
  { batch: 4, ms: 22 },
  { batch: 8, ms: 40 },
];

const times = fc
  .array(fc.record({ ms: fc.double({ min: 0.1, max: 500, noNaN: true }), weight: fc.integer({ min: 1, max: 200 }) }), {
    minLength: 1,
    maxLength: 7,
  })
  .map((rows): WeighedTime[] => rows.map((row, index) => ({ batch: 2 ** index, ...row })));

const squares = (rows: readonly WeighedTime[], fit: readonly { readonly ms: number }[]): number =>
  rows.reduce((sum, row, index) => sum + row.weight * (row.ms - (fit[index]?.ms ?? Number.NaN)) ** 2, 0);

describe('making service times monotone', () => {
  it.each([
    ['rising times stay', [10, 20, 30], [1, 1, 1], [10, 20, 30]],
    ['a fall is their mean', [30, 10], [1, 1], [20, 20]],
    ['by weight', [30, 10], [1, 3], [15, 15]],
    ['back to where it no longer falls', [10, 30, 20, 16, 40], [1, 1, 1, 1, 1], [10, 22, 22, 22, 40]],
    ['one stays', [7], [1], [7]],
  ])('%s', (_case, ms, weights, expected) => {
    const rows = ms.map((value, index) => ({ batch: 2 ** index, ms: value, weight: weights[index] ?? 1 }));
    expect(monotone(rows).map((row) => row.ms)).toEqual(expected);
  });

  it('of nothing is nothing', () => {
    expect(monotone([])).toEqual([]);
  });

  it('keeps the batches, never falls, changes nothing that is monotone, and keeps the weighted mean', () => {
    fc.assert(
      fc.property(times, (rows) => {
        const fit = monotone(rows);
        expect(fit.map(({ batch }) => batch)).toEqual(rows.map(({ batch }) => batch));
        for (const [index, row] of fit.entries()) expect(row.ms).toBeGreaterThanOrEqual(fit[index - 1]?.ms ?? 0);
        const again = monotone(fit.map((row, index) => ({ ...row, weight: rows[index]?.weight ?? 1 })));
        expect(again).toEqual(fit);
        const total = (of: readonly { readonly ms: number }[]) =>
          of.reduce((sum, row, index) => sum + row.ms * (rows[index]?.weight ?? 0), 0);
        expect(total(fit)).toBeCloseTo(total(rows), 6);
      }),
    );
  });

  it('fits no worse than any other monotone times', () => {
    fc.assert(
      fc.property(times, fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 7 }), (rows, others) => {
        const rising = [...others].sort((a, b) => a - b).map((ms) => ({ ms }));
        expect(squares(rows, monotone(rows))).toBeLessThanOrEqual(squares(rows, rising) + 1e-6);
      }),
    );
  });
});

describe('the batch under an SLO', () => {
  it('is 8 in the exercise: 20 ms and 5 ms of overhead, flat to 8, an SLO of 120 ms', () => {
    expect(staticBatchCap(FLAT, 120)).toBe(8);
    expect(largestBatch(FLAT, 120)).toBe(8);
  });

  it.each([
    [80, 8],
    [79.9, 4],
    [44, 4],
    [20, 1],
    [19.9, 0],
  ])('holds two batches: at %p ms it is %p', (sloMs, expected) => {
    expect(staticBatchCap(RISING, sloMs)).toBe(expected);
  });

  it.each([
    [100, 8],
    [43, 4],
    [10.87, 1],
    [10.86, 0],
    [-5, 0],
  ])('leaves 8 %% of the slack: at %p ms it is %p', (slackMs, expected) => {
    expect(largestBatch(RISING, slackMs)).toBe(expected);
  });

  it('grows with the slack', () => {
    const slack = fc.double({ min: -10, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(times, slack, slack, (rows, one, other) => {
        const table = monotone(rows);
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(largestBatch(table, less)).toBeLessThanOrEqual(largestBatch(table, more));
        const batch = largestBatch(table, more);
        if (batch > 0) expect(timeOf(table, batch)).toBeLessThanOrEqual(0.92 * more);
      }),
    );
  });
});

describe('the time of a batch', () => {
  it.each([
    [1, 10],
    [3, 22],
    [8, 40],
    [16, 80],
    [20, 100],
  ])('of %p is that of the next larger row, or in proportion to the last: %p ms', (batch, ms) => {
    expect(timeOf(RISING, batch)).toBe(ms);
  });

  it('is nothing by an empty table', () => {
    expect(timeOf([], 3)).toBe(0);
  });
});

describe('the bucket of a batch', () => {
  it.each([
    [1, 1],
    [3, 4],
    [9, 16],
    [64, 64],
    [65, 64],
  ])('of %p is %p', (batch, bucket) => {
    expect(bucketOf(batch)).toBe(bucket);
  });

  it('is itself for each', () => {
    expect(BATCH_BUCKETS.map(bucketOf)).toEqual([...BATCH_BUCKETS]);
  });
});
