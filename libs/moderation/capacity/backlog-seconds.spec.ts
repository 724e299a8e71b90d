import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { backlogSeconds, rateOf } from './backlog-seconds.js';

describe('the rate of finals', () => {
  it.each([
    { done: 120, sinceS: 60, rate: 2 },
    { done: 0, sinceS: 0, rate: null },
    // one just now is not a rate of a million a second
    { done: 1, sinceS: 0, rate: 0.1 },
    { done: 5, sinceS: -3, rate: 0.5 },
  ])('is $rate for $done since $sinceS s', ({ done, sinceS, rate }) => {
    expect(rateOf(done, sinceS)).toBe(rate);
  });
});

describe('the backlog in seconds', () => {
  it('is nothing when nothing waits, whatever the rate', () => {
    expect([backlogSeconds(0, null), backlogSeconds(0, 3)]).toEqual([0, 0]);
  });

  it('is not known when something waits and nothing was labelled', () => {
    expect(backlogSeconds(7, null)).toBeNull();
  });

  it('is a finite number that grows with what waits', () => {
    const counts = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 0, max: 300 }), (waiting, done, sinceS) => {
        const seconds = backlogSeconds(waiting, rateOf(done, sinceS)) ?? Number.NaN;
        expect(Number.isFinite(seconds)).toBe(true);
        expect(backlogSeconds(waiting + 1, rateOf(done, sinceS))).toBeGreaterThan(seconds);
      }),
    );
  });
});
