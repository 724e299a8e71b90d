import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isPlainText } from '#contracts/plain-text.js';

import { externalIdOf, keyText } from './key-text.js';

describe('the text of a key', () => {
  it.each<[string, Buffer]>([
    ['2026/Straße 猫 \u{1F408}.jpg', Buffer.from('2026/Straße 猫 \u{1F408}.jpg')],
    ['line\\x0aend', Buffer.from('line\nend')],
    ['back\\x5cslash', Buffer.from('back\\slash')],
    ['caf\\xe9.jpg', Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x6a, 0x70, 0x67])],
    ['\\xff\\xfeé', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('é')])],
    ['\\xef\\xbf\\xbd', Buffer.from('\uFFFD')],
    ['\\xc2\\x85', Buffer.from('\u0085')],
    ['\\xed\\xa0\\x80', Buffer.from([0xed, 0xa0, 0x80])],
  ])('%s', (text, key) => {
    expect(keyText(key)).toBe(text);
  });

  it('is plain, and another one for every other key', () => {
    const key = fc
      .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x5c, 0x78, 0x61, 0xc3, 0xa9)), {
        minLength: 1,
        maxLength: 8,
      })
      .map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(isPlainText(keyText(a))).toBe(true);
        expect(keyText(a) === keyText(b)).toBe(a.equals(b));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the external id of a key', () => {
  it('is what the API takes, and differs where keys do, however long they are', () => {
    const key = fc
      .tuple(
        fc.string({ maxLength: 4, unit: 'grapheme' }),
        fc.integer({ min: 1, max: 400 }),
        fc.string({ maxLength: 3 }),
      )
      .map(([start, times, end]) => Buffer.from(`${start}${'\u{1F408}a'.repeat(times)}${end}`));
    fc.assert(
      fc.property(key, key, (a, b) => {
        const [idA, idB] = [externalIdOf(a), externalIdOf(b)];
        expect(idA.length).toBeLessThanOrEqual(255);
        expect(isPlainText(idA)).toBe(true);
        expect(idA === idB).toBe(a.equals(b));
      }),
    );
  });
});
