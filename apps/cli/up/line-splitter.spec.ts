import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter } from './line-splitter.js';

function split(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('lines of a log', () => {
  it.each([
    [['one\ntwo\n'], ['one', 'two']],
    [
      ['o', 'ne\r', '\ntw', 'o'],
      ['one', 'two'],
    ],
    [['\n\nx\n'], ['', '', 'x']],
    [[], []],
  ])('of %j are %j', (chunks, lines) => {
    expect(split(chunks)).toEqual(lines);
  });

  it('do not depend on how the stream was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z\n]{0,9}$/)), (chunks) => {
        expect(split(chunks)).toEqual(split([chunks.join('')]));
      }),
    );
  });

  it('are cut where they have no end', () => {
    const lines = split(['x'.repeat(70_000), '\nshort\n']);
    expect(lines.map((line) => line.length)).toEqual([32_768, 32_768, 4_464, 5]);
  });
});
