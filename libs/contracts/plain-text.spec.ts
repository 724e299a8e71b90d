import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import fc from 'fast-check';

import { isPlainText, PlainText } from './plain-text.js';

class Named {
  @PlainText(5)
  name: unknown;
}

function faultsOf(name: unknown): string[] {
  return validateSync(Object.assign(new Named(), { name })).flatMap((fault) => Object.values(fault.constraints ?? {}));
}

describe('plain text', () => {
  it.each([
    ['', true],
    ['a b', true],
    ['Ünïcödé 例 😀', true],
    ["'; DROP TABLE asset; --", true],
    ['<script>', true],
    ['a\u0000b', false],
    ['a\nb', false],
    ['tab\t', false],
    ['\u001b[31m', false],
    ['\u007f', false],
    ['\u0085', false],
    ['\ud83d', false],
    ['\ude00\ud83d', false],
  ])('%j: %s', (text, plain) => {
    expect(isPlainText(text)).toBe(plain);
  });

  it('survives UTF-8, which is what PostgreSQL keeps', () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 4 }), (units) => {
        const text = units.join('');
        if (isPlainText(text)) expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['a', '12345', '😀'])('of at most 5 characters may be %j', (name) => {
    expect(faultsOf(name)).toEqual([]);
  });

  it.each(['', '123456', 'a\n', undefined, null, 5, ['a'], { length: 1 }])(
    'of at most 5 characters may not be %j',
    (name) => {
      expect(faultsOf(name)).toEqual(['must be 1 to 5 characters without control characters']);
    },
  );
});
