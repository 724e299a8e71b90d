import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { FLAT_CODE_SIZE, flatLzw } from './flat-lzw.js';

/** Reads GIF's LZW as appendix F of GIF89a has it, and counts the pixels. @throws Error for a code that cannot be */
function pixelsIn(blocks: Buffer): number {
  const bytes: number[] = [];
  for (let at = 0; blocks[at] !== 0; at += 1 + (blocks[at] ?? 0)) {
    bytes.push(...blocks.subarray(at + 1, at + 1 + (blocks[at] ?? 0)));
  }
  const CLEAR = 2 ** FLAT_CODE_SIZE;
  let [width, bit, pixels, previous] = [FLAT_CODE_SIZE + 1, 0, 0, 0];
  let lengths: number[] = [];
  for (;;) {
    let code = 0;
    for (let at = 0; at < width; at += 1, bit += 1) code |= (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) << at;
    if (code === CLEAR + 1) return pixels;
    if (code === CLEAR) {
      lengths = [1, 1, 1, 1, 0, 0];
      [width, previous] = [FLAT_CODE_SIZE + 1, 0];
      continue;
    }
    if (previous > 0 && lengths.length < 4_096) lengths.push(previous + 1);
    const length = lengths[code];
    if (length === undefined || length === 0) throw new Error(`there is no code ${code}`);
    if (lengths.length === 2 ** width && width < 12) width += 1;
    pixels += length;
    previous = length;
  }
}

describe('flat LZW', () => {
  it('stands for as many pixels as were asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000_000 }), (pixels) => {
        expect(pixelsIn(flatLzw(pixels))).toBe(pixels);
      }),
      { numRuns: 30 },
    );
  });

  it('is small', () => {
    expect(flatLzw(49_000_000).length).toBeLessThan(40_000);
  });
});
