import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSignInName } from './sign-in-name.js';

describe('a sign-in name', () => {
  it.each([
    ['Anna.B@Example.org', 'anna.b@example.org'],
    ['  anna  ', 'anna'],
    ['ＡＮＮＡ', 'anna'],
    ['jose\u0301', 'josé'],
    ['ﬁona', 'fiona'],
    ['Ольга', 'ольга'],
  ])('%s is %s', (typed, name) => {
    expect(readSignInName(typed)).toBe(name);
  });

  it.each(['', ' ', '@x', 'a b', 'a\u0000b', 'a\u202eb', 'a\u200bb', '\ud800', 'a/b', '<b>', `a${'x'.repeat(100)}`])(
    '%j is none',
    (typed) => {
      expect(readSignInName(typed)).toBeUndefined();
    },
  );

  it('stays as it is when it is read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (typed) => {
        const name = readSignInName(typed);
        if (name !== undefined) expect(readSignInName(name)).toBe(name);
      }),
      { numRuns: 2_000 },
    );
  });
});
