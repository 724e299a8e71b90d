import { describe, expect, it } from '@jest/globals';

import { DecodeRates } from './decode-rates.js';

const AVIF = 'image/avif';

function scene() {
  const clock = { nowMs: 0 };
  const rates = new DecodeRates(() => clock.nowMs);
  const note = (count: number, tookMs: number): void => {
    for (let n = 0; n < count; n += 1) rates.note(AVIF, 100, tookMs);
  };
  return { clock, rates, note };
}

describe('decode rates', () => {
  it('are their seed at first, and of one media type only', () => {
    const { rates, note } = scene();
    expect(rates.expectedMs(AVIF, 300)).toBe(300);
    note(1, 500);
    expect([rates.expectedMs(AVIF, 300), rates.expectedMs('image/png', 300)]).toEqual([1_500, 300]);
  });

  it('rise with the first slow one, and fall below the seed when enough were faster', () => {
    const { rates, note } = scene();
    note(19, 20);
    expect(rates.expectedMs(AVIF, 100)).toBe(100);
    note(1, 20);
    expect(rates.expectedMs(AVIF, 100)).toBe(20);
    note(1, 400);
    expect(rates.expectedMs(AVIF, 100)).toBe(20);
    note(1, 400);
    expect(rates.expectedMs(AVIF, 100)).toBe(400);
  });

  it('are the seed again after a minute without any', () => {
    const { clock, rates, note } = scene();
    note(30, 400);
    clock.nowMs = 60_000;
    expect(rates.expectedMs(AVIF, 100)).toBe(400);
    clock.nowMs = 60_001;
    expect(rates.expectedMs(AVIF, 100)).toBe(100);
  });
});
