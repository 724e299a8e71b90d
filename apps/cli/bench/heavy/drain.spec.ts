import { describe, expect, it } from '@jest/globals';

import { drainOf } from './drain.js';

/** Two processes, batches of 2 that take 100 ms, the second process 10 ms behind the first. */
const TIMES = [600, 600, 610, 610, 700, 700, 710, 710, 800, 800, 810, 810];

describe('the rate of a drained backlog', () => {
  it('is the rate of the processes once each has delivered', () => {
    expect(drainOf(TIMES, 500, 4)).toEqual({
      finals: 12,
      steadyPerSecond: 40,
      wholePerSecond: 38.71,
      firstFinalMs: 100,
    });
  });

  it('does not depend on the order in which finals are read', () => {
    expect(drainOf([...TIMES].reverse(), 500, 4)).toEqual(drainOf(TIMES, 500, 4));
  });

  it.each([[[]], [[600, 600, 610, 610]]])('cannot be told of %j', (times) => {
    expect(() => drainOf(times, 500, 4)).toThrow(RangeError);
  });
});
