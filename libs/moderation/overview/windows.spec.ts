import { describe, expect, it } from '@jest/globals';

import { OVERVIEW_WINDOWS, spanOf, stepsOf } from './windows.js';

const LENGTHS_MS = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };

describe('a window', () => {
  it.each(OVERVIEW_WINDOWS)('%s ends now and begins on a whole step', (window) => {
    const nowMs = Date.UTC(2026, 5, 1, 12, 7, 8, 9);
    const span = spanOf(window, nowMs);
    expect(span.untilMs).toBe(nowMs);
    expect(span.fromMs % span.stepMs).toBe(0);
    expect(span.steps * span.stepMs).toBe(LENGTHS_MS[window]);
    const steps = stepsOf(span);
    expect(steps[0]).toBe(span.fromMs);
    const last = steps.at(-1) ?? 0;
    expect(last <= nowMs && nowMs < last + span.stepMs).toBe(true);
  });

  it('begins a step that has just begun', () => {
    const { fromMs } = spanOf('15m', 60_000 * 100);
    expect(fromMs).toBe(60_000 * 86);
    expect(spanOf('15m', 60_000 * 100 - 1).fromMs).toBe(60_000 * 85);
  });
});
