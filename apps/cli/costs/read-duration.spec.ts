import { describe, expect, it } from '@jest/globals';

import { readDuration, readTime } from './read-duration.js';

describe('a duration', () => {
  it.each([
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('%s is %d ms', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });

  it.each(['', '24', '0h', '-1h', '1.5h', '24 h', '1w', '1h30m', '1000000d', 'constructor'])('is not %j', (text) => {
    expect(() => readDuration(text)).toThrow('must be like 90m, 24h or 7d.');
  });
});

describe('a time', () => {
  it.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.5+01:00', Date.UTC(2026, 0, 31, 11, 0, 0, 500)],
  ])('%s', (text, ms) => {
    expect(readTime(text)).toBe(ms);
  });

  it.each(['', 'yesterday', '2026-01-31', '2026-01-31T12:00:00', '2026-13-31T12:00:00Z', '12'])('is not %j', (text) => {
    expect(() => readTime(text)).toThrow('must be a time like');
  });
});
