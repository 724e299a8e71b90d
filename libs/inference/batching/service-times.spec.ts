import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ServiceTimes } from './service-times.js';

const SEED = [
  { batch: 1, p95Ms: 10 },
  { batch: 4, p95Ms: 30 },
];

function noted(times: ServiceTimes, batch: number, values: readonly number[]): ServiceTimes {
  for (const ms of values) times.note(batch, ms);
  return times;
}

const repeated = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

describe('service times', () => {
  it('are their seed at first, and a size between is as slow as the next', () => {
    const times = new ServiceTimes(SEED);
    expect([1, 2, 3, 4, 8].map((batch) => times.quantileMs(batch))).toEqual([10, 30, 30, 30, 60]);
    expect(times.table()).toEqual([
      { batch: 1, ms: 10 },
      { batch: 4, ms: 30 },
    ]);
  });

  it('are unknown without a seed and a batch', () => {
    expect(new ServiceTimes([]).quantileMs(1)).toBe(0);
    expect(new ServiceTimes([]).leastMs(1)).toBe(0);
    expect(noted(new ServiceTimes([]), 1, [7]).quantileMs(1)).toBe(7);
  });

  it('keep their seed for the first batches, then are what was seen', () => {
    const times = noted(new ServiceTimes(SEED), 1, repeated(19, 2));
    expect(times.quantileMs(1)).toBe(10);
    times.note(1, 2);
    expect(times.quantileMs(1)).toBe(2);
  });

  it('are the 95th of a hundred of the last 200', () => {
    const times = noted(new ServiceTimes(SEED), 1, [...repeated(500, 25), ...repeated(189, 5), ...repeated(11, 20)]);
    expect(times.quantileMs(1)).toBe(20);
    times.note(1, 5);
    expect(times.quantileMs(1)).toBe(20);
    noted(times, 1, repeated(189, 5));
    expect(times.quantileMs(1)).toBe(5);
  });

  it('on the average are those that were seen, and the seed while too few were', () => {
    const times = noted(new ServiceTimes(SEED), 1, repeated(19, 60));
    expect([times.meanMs(1), times.meanMs(4)]).toEqual([10, 30]);
    times.note(1, 20);
    expect(times.meanMs(1)).toBe(58);
  });

  it('count a batch in the smallest size that holds it', () => {
    const times = noted(new ServiceTimes([]), 3, repeated(20, 50));
    expect(times.table()).toEqual([{ batch: 4, ms: 50 }]);
  });

  it('take the slowest of seeds that count in one size', () => {
    const seed = [3, 4].map((batch) => ({ batch, p95Ms: 10 * batch }));
    expect(new ServiceTimes(seed).table()).toEqual([{ batch: 4, ms: 40 }]);
  });

  it('of a burst are forgotten after ten seconds, as soon as there are others', () => {
    let nowMs = 0;
    const times = noted(new ServiceTimes(SEED.slice(0, 1), () => nowMs), 1, repeated(200, 400));
    nowMs = 9_000;
    noted(times, 1, repeated(10, 20));
    nowMs = 10_000;
    expect(times.quantileMs(1)).toBe(400);
    nowMs = 10_300;
    noted(times, 1, repeated(10, 20));
    nowMs = 10_600;
    expect(times.quantileMs(1)).toBe(20);
  });

  it('are the seed after ten seconds without any, and what they were where there is none', () => {
    let nowMs = 0;
    const [seeded, seedless] = [SEED, []].map((seed) =>
      noted(new ServiceTimes(seed, () => nowMs), 1, repeated(200, 400)),
    );
    nowMs = 10_001;
    expect([seeded?.quantileMs(1), seeded?.leastMs(1), seedless?.quantileMs(1)]).toEqual([10, 10, 400]);
    seeded?.note(1, 50);
    expect(seeded?.quantileMs(1)).toBe(10);
  });

  it('expect of a size that they do not know its p95 at the least', () => {
    expect(new ServiceTimes(SEED).leastMs(16)).toBe(120);
  });

  it('forget a size that was given up, and know its seed again', () => {
    const times = noted(new ServiceTimes(SEED), 4, repeated(20, 400));
    expect(times.quantileMs(4)).toBe(400);
    noted(times, 1, repeated(1_979, 10));
    expect(times.quantileMs(4)).toBe(400);
    times.note(1, 10);
    expect(times.quantileMs(4)).toBe(30);
  });

  it('know the least that a size may take', () => {
    const times = new ServiceTimes([{ batch: 1, p95Ms: 10 }]);
    expect(times.leastMs(1)).toBe(10);
    noted(times, 1, [...repeated(200, 400), 4]);
    expect([times.quantileMs(1), times.leastMs(1)]).toEqual([400, 4]);
  });

  it('never fall as the batch grows, whatever was seen', () => {
    const notes = fc.array(fc.tuple(fc.integer({ min: 1, max: 64 }), fc.double({ min: 0.1, max: 500, noNaN: true })));
    fc.assert(
      fc.property(notes, (all) => {
        const times = new ServiceTimes(SEED);
        for (const [batch, ms] of all) times.note(batch, ms);
        let last = 0;
        for (let batch = 1; batch <= 80; batch += 1) {
          const ms = times.quantileMs(batch);
          expect(ms).toBeGreaterThanOrEqual(last);
          last = ms;
        }
      }),
    );
  });
});
