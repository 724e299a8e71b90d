import { describe, expect, it } from '@jest/globals';
import { RestartDelay } from './restart-delay.js';

describe('the delay before a restart', () => {
  const limits = { firstDelayMs: 100, delayMaxMs: 1_000, healthyAfterMs: 30_000 };

  it('doubles up to its maximum', () => {
    const delay = new RestartDelay(limits);
    expect([5, 5, 5, 5, 5, 5].map((upMs) => delay.next(upMs))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('is the first again after a healthy while', () => {
    const delay = new RestartDelay(limits);
    expect([5, 5, 29_999, 30_000, 5].map((upMs) => delay.next(upMs))).toEqual([100, 200, 400, 100, 200]);
  });

  it('stays finite for a service that never lives', () => {
    const delay = new RestartDelay(limits);
    const delays = Array.from({ length: 5_000 }, () => delay.next(0));
    expect(delays.at(-1)).toBe(1_000);
  });
});
