import { describe, expect, it } from '@jest/globals';
import { assert, integer, property, uint8Array } from 'fast-check';
import { heifBox, words } from './craft-avif.js';
import { BOXES_MAX, heifBoxes, heifBoxesOf } from './heif-boxes.js';

const read = (...parts: readonly Uint8Array[]) => [...heifBoxes(Buffer.concat(parts))];

describe('heifBoxes', () => {
  it('walks boxes one after the other, empty ones too', () => {
    expect(read(heifBox('ftyp', words(7)), heifBox('free', words()), heifBox('mdat', words(1, 2)))).toEqual([
      { type: 'ftyp', start: 8, end: 12 },
      { type: 'free', start: 20, end: 20 },
      { type: 'mdat', start: 28, end: 36 },
    ]);
  });

  it('reads a size of 64 bit, and one that goes on to the end', () => {
    const large = heifBox('uuid', words(0, 20, 9), 1);
    expect(read(large, heifBox('mdat', words(1, 2), 0))).toEqual([
      { type: 'uuid', start: 16, end: 20 },
      { type: 'mdat', start: 28, end: 36 },
    ]);
  });

  it.each([
    ['a box beyond the file ends with it', heifBox('mdat', words(1), 0xffff_ffff), [[8, 12]]],
    ['so does one of 2⁶⁴ bytes', heifBox('mdat', words(0xffff_ffff, 0xffff_ffff, 1), 1), [[16, 20]]],
    ['a box shorter than its header is the last', heifBox('free', words(1), 7), []],
    ['also by 64 bit', heifBox('free', words(0, 15), 1), []],
    ['a size of 64 bit that is cut off', heifBox('free', words(0), 1), []],
    ['half a header', Buffer.from([0, 0, 0, 8, 0x66]), []],
  ])('%s', (_name, bytes, expected) => {
    expect(read(bytes).map(({ start, end }) => [start, end])).toEqual(expected);
  });

  it('stays within its parent, and tells types apart', () => {
    const bytes = Buffer.concat([heifBox('a   ', words(1), 99), heifBox('b   ', words(2))]);
    expect([...heifBoxes(bytes, 0, 12)]).toEqual([{ type: 'a   ', start: 8, end: 12 }]);
    expect([...heifBoxesOf('b   ', bytes, 12, 24)]).toEqual([{ type: 'b   ', start: 20, end: 24 }]);
    expect([...heifBoxesOf('c   ', bytes)]).toEqual([]);
  });

  it('gives up on endlessly many', () => {
    expect([...heifBoxes(Buffer.alloc(8 * (BOXES_MAX + 5), words(8, 0)))]).toHaveLength(BOXES_MAX);
  });

  it('ends on any bytes, within them', () => {
    const ends = property(uint8Array({ maxLength: 200 }), integer({ min: 0, max: 9 }), (noise, zeros) => {
      const bytes = Buffer.concat([Buffer.alloc(zeros), noise]);
      let last = 0;
      for (const { start, end } of heifBoxes(bytes)) {
        expect(start - last).toBeGreaterThanOrEqual(8);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(bytes.length);
        last = end;
      }
    });
    assert(ends, { numRuns: 500 });
  });
});
