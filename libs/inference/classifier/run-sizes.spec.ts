import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runSizes, splitIntoRuns } from './run-sizes.js';

describe('batch sizes that a process runs', () => {
  it.each([
    [1, [1]],
    [2, [1, 2]],
    [6, [1, 2, 4, 6]],
    [8, [1, 2, 4, 8]],
  ])('for a largest batch of %d are %j', (inferenceBatch, sizes) => {
    expect(runSizes(inferenceBatch)).toEqual(sizes);
  });

  it('split any number of views into sizes that were warmed', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 64 }), (views, inferenceBatch) => {
        const runs = splitIntoRuns(views, inferenceBatch);
        expect(runs.reduce((sum, size) => sum + size, 0)).toBe(views);
        expect(runs.every((size) => runSizes(inferenceBatch).includes(size))).toBe(true);
      }),
    );
  });
});
