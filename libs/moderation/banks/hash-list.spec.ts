import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { readHashList } from './hash-list.js';

const HEX = 'ab12'.repeat(16);
const sha256 = (line: number): object => ({ line, sha256: HEX, pdq: null });
const pdq = (line: number, quality: number): object => ({ line, sha256: null, pdq: { pdq: HEX, quality } });

describe('a list of hashes', () => {
  it.each<[string, object[]]>([
    ['', []],
    ['\n\n  \r\n# sha256:…\n  # more', []],
    [HEX, [sha256(1)]],
    [`\n${HEX.toUpperCase()}\r\nSHA256:${HEX}\n sha256 : ${HEX} `, [sha256(2), sha256(3), sha256(4)]],
    [`pdq:${HEX}\npdq:${HEX},50\npdq:${HEX} , 100`, [pdq(1, 100), pdq(2, 50), pdq(3, 100)]],
  ])('%j is read', (text, hashes) => {
    expect(readHashList(text)).toEqual({ hashes, faults: [] });
  });

  it.each<[string, string]>([
    ['x', 'is not sha256:'],
    [HEX.slice(1), 'is not sha256:'],
    [`${HEX}0`, 'is not sha256:'],
    [`md5:${HEX}`, 'is not sha256:'],
    [`${HEX} cat.jpg`, 'is not sha256:'],
    [`pdq:${HEX},`, 'is not sha256:'],
    [`pdq:${HEX},1000`, 'is not sha256:'],
    [`pdq:${HEX},101`, 'has a quality above 100'],
    [`pdq:${HEX},49`, 'has a quality below 50'],
    [`${HEX},80`, 'has a quality, which only a pdq has'],
  ])('%j is no hash, and the others are read', (wrong, detail) => {
    const { hashes, faults } = readHashList(`${HEX}\n${wrong}\n${HEX}`);
    expect(hashes).toEqual([sha256(1), sha256(3)]);
    expect(faults).toEqual([{ line: 2, detail: expect.stringContaining(detail) }]);
  });

  it('has every line as a hash, a fault, or neither', () => {
    const line = fc.oneof(fc.constantFrom(HEX, `pdq:${HEX}`, '# note', ''), fc.string());
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        const { hashes, faults } = readHashList(text);
        const told = text.split('\n').filter((one) => one.trim() !== '' && !one.trim().startsWith('#'));
        expect(hashes.length + faults.length).toBe(told.length);
        expect(new Set([...hashes, ...faults].map((one) => one.line)).size).toBe(told.length);
      }),
    );
  });
});
