import { describe, expect, it } from '@jest/globals';

import { asText, countOf, inTime, percent, perMinute, whole } from './numbers.js';

/** With ordinary spaces. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('numbers for people', () => {
  it.each([
    [null, '–'],
    [0.4, '0.4 ms'],
    [42.4, '42 ms'],
    [999, '999 ms'],
    [1_000, '1.0 s'],
    [59_900, '60 s'],
    [90_000, '1.5 min'],
    [3_600_000 * 30, '1.3 d'],
  ])('%s ms: %s', (ms, text) => {
    expect(plain(asText(inTime(ms)))).toBe(text);
  });

  it.each([
    [0, 0, '–'],
    [0, 5, '0 %'],
    [5, 5, '100 %'],
    [1, 100_000, '< 0.1 %'],
    [99_999, 100_000, '> 99.9 %'],
    [1, 3, '33 %'],
    [995, 1_000, '99.5 %'],
    [1, 50, '2.0 %'],
  ])('%d of %d: %s', (part, of, text) => {
    expect(percent(part, of)).toBe(text);
  });

  it('tells rates and counts', () => {
    expect(plain(asText(perMinute(90, 60)))).toBe('90 a minute');
    expect(plain(asText(perMinute(1, 3_600)))).toBe('0.0 a minute');
    expect(plain(asText(perMinute(3, 0)))).toBe('0 a minute');
    expect(plain(whole(1_234_567))).toBe('1 234 567');
    expect([countOf(1, 'case'), plain(countOf(2_000, 'case'))]).toEqual(['1 case', '2 000 cases']);
  });
});
