import { describe, expect, it } from '@jest/globals';

import { slaOf } from './sla.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

describe('how a case stands to an hour', () => {
  it.each<[number, string, string]>([
    [0, 'green', 'due in 60 min'],
    [44 * MINUTE_MS, 'green', 'due in 16 min'],
    [45 * MINUTE_MS, 'amber', 'due in 15 min'],
    [HOUR_MS - 90_000, 'amber', 'due in 90 s'],
    [HOUR_MS - 1, 'amber', 'due in 0 s'],
    [HOUR_MS, 'red', 'late by 0 s'],
    [4 * HOUR_MS, 'red', 'late by 3 h'],
    [50 * HOUR_MS, 'red', 'late by 2 d'],
  ])('open for %d ms', (ageMs, color, text) => {
    const opened = Date.UTC(2026, 5, 1);
    expect(slaOf(opened, opened + ageMs, HOUR_MS)).toEqual({
      color,
      text,
      dueAt: '2026-06-01T01:00:00.000Z',
      leftMs: HOUR_MS - ageMs,
    });
  });
});
