import { describe, expect, it } from '@jest/globals';

import { asClock, asUtc, inWords, partsOf } from './times.js';

describe('times', () => {
  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [11_100_000, '3 h 5 min'],
    [86_400_000, '1 d'],
    [187_200_000, '2 d 4 h'],
  ])('%i ms are %s', (ms, words) => {
    expect(inWords(ms)).toBe(words);
  });

  it('count down in minutes and seconds', () => {
    expect([0, 1, 61_000, 120_000].map(asClock)).toEqual(['0:00', '0:01', '1:01', '2:00']);
  });

  it('are found in what the service says', () => {
    const at = '2026-06-01T12:00:01.234Z';
    expect(partsOf(`ben holds this case until ${at}.`)).toEqual([
      { text: 'ben holds this case until ' },
      { at },
      { text: '.' },
    ]);
    expect(partsOf(`${at} ${at}`)).toEqual([{ at }, { text: ' ' }, { at }]);
    expect(partsOf('put off by 2026-99-01T12:00:01Z')).toEqual([
      { text: 'put off by ' },
      { text: '2026-99-01T12:00:01Z' },
    ]);
    expect(partsOf('')).toEqual([]);
  });

  it('are told in UTC to the second', () => {
    expect(asUtc('2026-06-01T12:00:01.234Z')).toBe('2026-06-01 12:00:01 UTC');
  });
});
