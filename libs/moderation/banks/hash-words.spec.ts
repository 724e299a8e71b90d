import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { wordsOfHash } from './hash-words.js';

describe('the words of a hash', () => {
  it('are its digits, in order', () => {
    const words = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(words, fc.boolean(), (expected, upper) => {
        const hex = expected.map((word) => word.toString(16).padStart(8, '0')).join('');
        expect([...wordsOfHash(upper ? hex.toUpperCase() : hex)]).toEqual(expected);
      }),
    );
  });

  it.each(['', 'ab', '0'.repeat(63), '0'.repeat(65), 'g'.repeat(64), '@'.repeat(64), '`'.repeat(64), '０'.repeat(64)])(
    'refuse %j',
    (hex) => {
      expect(() => wordsOfHash(hex)).toThrow(RangeError);
    },
  );
});
