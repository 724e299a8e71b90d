import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shapesFor } from './plan-shapes.js';

const MEASURED = { workers: 0, threads: 0 };

describe('the shapes to measure', () => {
  it.each<[number, { workers: number; threads: number }, string[]]>([
    [0.5, MEASURED, ['1×1']],
    [1.5, MEASURED, ['1×1']],
    [2, MEASURED, ['2×1', '1×2', '1×1']],
    [4, MEASURED, ['4×1', '2×2', '1×4', '2×1', '1×2']],
    [3, MEASURED, ['3×1', '1×2', '1×1']],
    [4, { workers: 2, threads: 0 }, ['2×2', '2×1']],
    [4, { workers: 0, threads: 2 }, ['2×2', '1×2']],
    [2, { workers: 3, threads: 0 }, ['3×1']],
    [2, { workers: 0, threads: 8 }, ['1×8']],
    [2, { workers: 4, threads: 2 }, ['4×2']],
  ])('of %d cores with %j fixed are %j', (cores, fixed, expected) => {
    expect(shapesFor(cores, fixed).map(({ workers, threads }) => `${workers}×${threads}`)).toEqual(expected);
  });

  it('take no more cores than there are, and none twice', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 256, noNaN: true }), (cores) => {
        const shapes = shapesFor(cores, MEASURED);
        const names = shapes.map(({ workers, threads }) => `${workers}×${threads}`);
        expect(new Set(names).size).toBe(names.length);
        expect(shapes.length).toBeGreaterThan(0);
        for (const { workers, threads } of shapes) {
          expect(workers * threads).toBeLessThanOrEqual(Math.max(1, Math.floor(cores)));
        }
      }),
    );
  });
});
