import { describe, expect, it } from '@jest/globals';

import { retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 5, 1, 12);

describe('Retry-After', () => {
  it.each<[string | undefined, number | null]>([
    [undefined, null],
    ['0', 0],
    ['120', 120_000],
    ['Mon, 01 Jun 2026 12:00:30 GMT', 30_000],
    ['Mon, 01 Jun 2026 11:00:00 GMT', 0],
    ['', null],
    ['soon', null],
    ['-5x', null],
    ['99999999999999999999', null],
  ])('%p', (header, wanted) => {
    expect(retryAfterMs(header, NOW)).toBe(wanted);
  });
});
