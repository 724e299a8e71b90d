import { describe, expect, it } from '@jest/globals';
import type { ChoiceLimits, MeasuredPoint } from './plan-choice.js';
import { whyStop } from './plan-skip.js';

const LIMITS: ChoiceLimits = { sloMs: 300, batch: 0, workerBytesMax: 1e9, totalBytesMax: 1e10 };

const points = (...capacities: number[]): MeasuredPoint[] =>
  capacities.map((perSecond, index) => ({
    workers: 1,
    threads: 1,
    batch: 2 ** index,
    service: { p50Ms: 10, p95Ms: 10 },
    perSecond,
    rssBytes: 1e8,
  }));

describe('the ladder of a shape', () => {
  it.each<[string, number[], number, string | undefined]>([
    ['goes on for the first shape, whatever it brings', [100, 90, 80], 0, undefined],
    ['goes on where it leads', [100], 90, undefined],
    ['goes on a little behind', [91], 100, undefined],
    ['goes on behind, with one image at a time', [80], 100, undefined],
    ['goes on behind, where the batch gains', [80, 83], 100, undefined],
    ['stops far behind', [74], 100, 'batch 1 does 74 of 100 images/s'],
    ['stops behind, where the batch gains nothing', [80, 82], 100, 'batch 2 does 82 of 100 images/s and gains nothing'],
  ])('%s', (_, capacities, best, why) => {
    expect(whyStop(points(...capacities), best, LIMITS)).toBe(why);
  });

  it('stops over the promise', () => {
    expect(whyStop(points(100), 0, { ...LIMITS, sloMs: 19 })).toBe(
      'batch 1 is over the limits already: twice its 10 ms is 20 ms, more than the promised 19 ms',
    );
  });
});
