import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { capacityPerSecond, etaMs, queueBound, residualMs, retryAfterMs } from './admission.js';

/** A batch of `items` takes 20 ms and 1 ms for each. */
const linear = (items: number): number => 20 + items;

describe('the exercise: 20 ms and 5 ms of overhead, flat to 8, an SLO of 120 ms', () => {
  it('gets through 320 a second, and 30 may wait', () => {
    expect(capacityPerSecond(1, 8, 25)).toBe(320);
    expect(queueBound(120, 25, 0.32)).toBe(30);
  });

  it('lets nobody wait where one batch takes the whole SLO', () => {
    expect(queueBound(20, 25, 0.32)).toBe(0);
  });
});

describe('when to come again', () => {
  it.each([
    [0, 1, 1],
    [1, 0.32, 4],
    [32, 0.32, 100],
    [5, 1_000, 1],
  ])('with %p in hand at %p a millisecond is %p ms', (backlog, perMs, expected) => {
    expect(retryAfterMs(backlog, perMs)).toBe(expected);
  });
});

describe('until a batch ends', () => {
  it.each([
    [25, 0, 25],
    [25, 20, 5],
    [25, 25, 0],
    [25, 1_025, 1_000],
  ])('of %p ms that has run for %p are %p ms', (batchMs, elapsedMs, expected) => {
    expect(residualMs(batchMs, elapsedMs)).toBe(expected);
  });
});

describe('until an arrival has its answer', () => {
  it.each([
    ['an idle worker takes it at once, alone', [0], 0, 1, 21],
    ['with those that wait, where they fit', [0], 3, 4, 24],
    ['the running batch, and a full one', [10], 0, 4, 34],
    ['another full one before it', [10], 4, 4, 58],
    ['the worker that is free first', [30, 10], 0, 4, 34],
    ['the other worker takes the one before it', [30, 10], 4, 4, 54],
    ['the same worker again, if that is sooner', [90, 10], 4, 4, 58],
    ['one at a time', [5, 5], 4, 1, 68],
  ])('%s', (_case, residualsMs, position, batch, expected) => {
    expect(etaMs({ residualsMs, position, batch, timeOf: linear })).toBe(expected);
  });

  it('counts its own batch as it is, where nobody joins it', () => {
    expect(etaMs({ residualsMs: [10], position: 4, batch: 4, timeOf: linear, alone: 16 })).toBe(70);
    expect(etaMs({ residualsMs: [0], position: 0, batch: 4, timeOf: linear, alone: 16 })).toBe(36);
  });

  const crowd = fc.record({
    residualsMs: fc.array(fc.integer({ min: 0, max: 24 }), { minLength: 1, maxLength: 4 }),
    position: fc.integer({ min: 0, max: 60 }),
    batch: fc.integer({ min: 1, max: 8 }),
    timeOf: fc.constant((items: number) => 24 + items / 8),
  });

  it('is no sooner with another full batch ahead, and no later with another worker', () => {
    fc.assert(
      fc.property(crowd, (ahead) => {
        const eta = etaMs(ahead);
        expect(etaMs({ ...ahead, position: ahead.position + ahead.batch })).toBeGreaterThanOrEqual(eta);
        expect(etaMs({ ...ahead, residualsMs: [...ahead.residualsMs, 0] })).toBeLessThanOrEqual(eta);
      }),
    );
  });

  it('is within the SLO for the last that may wait, when no worker has begun more than one batch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), (workers, batch) => {
        const sloMs = 300;
        const bound = queueBound(sloMs, 25, capacityPerSecond(workers, batch, 25) / 1_000);
        const eta = etaMs({
          residualsMs: Array.from({ length: workers }, () => 0),
          position: bound - 1,
          batch,
          timeOf: () => 25,
        });
        expect(eta).toBeLessThanOrEqual(sloMs);
      }),
    );
  });
});
