import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { foldedText, lengthOf, shortenedPath } from './folded-text.js';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀', ' ', '\n') });
const width = fc.integer({ min: 1, max: 20 });

describe('a text in a column', () => {
  it.each<[string, number, string]>([
    ['short', 10, 'short'],
    ['violating sexual.explicit', 16, 'violating\nsexual.explicit'],
    ['violating sexual.explicit', 9, 'violating\nsexual.ex\nplicit'],
    ['a b c', 3, 'a b\nc'],
    ['one\ntwo', 10, 'one\ntwo'],
    ['', 3, ''],
  ])('%j in %d characters', (long, wide, folded) => {
    expect(foldedText(long, wide)).toBe(folded);
  });

  it('is never wider, and loses nothing but the spaces that it is broken at', () => {
    fc.assert(
      fc.property(text, width, (long, wide) => {
        const folded = foldedText(long, wide);
        expect(Math.max(...folded.split('\n').map(lengthOf))).toBeLessThanOrEqual(wide);
        expect(folded.replace(/\s/g, '')).toBe(long.replace(/\s/g, ''));
      }),
    );
  });
});

describe('a path in a column', () => {
  it.each<[string, number, string]>([
    ['cat.jpg', 10, 'cat.jpg'],
    ['pictures/of/june/cat-0001.jpg', 16, 'pictu…t-0001.jpg'],
    ['abc', 1, '…'],
  ])('%j in %d characters', (long, wide, short) => {
    expect(shortenedPath(long, wide)).toBe(short);
  });

  it('has exactly the width where it is longer', () => {
    fc.assert(
      fc.property(text, width, (long, wide) => {
        expect(lengthOf(shortenedPath(long, wide))).toBe(Math.min(lengthOf(long), wide));
      }),
    );
  });
});
