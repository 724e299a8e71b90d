import { describe, expect, it } from '@jest/globals';
import { restartMs } from './slot.js';

describe('the wait before a successor is forked', () => {
  const limits = { restartMsMin: 200, restartMsMax: 3_000 };

  it.each([
    [0, 0],
    [1, 200],
    [2, 400],
    [4, 1_600],
    [5, 3_000],
    [500, 3_000],
    [5_000, 3_000],
  ])('after %d useless processes is %d ms', (uselessInARow, waitMs) => {
    expect(restartMs(uselessInARow, limits)).toBe(waitMs);
  });
});
