import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';

import { UniqueCopies } from './unique-copies.js';

const RED = { create: { width: 8, height: 8, channels: 3, background: 'red' } } as const;

describe('unique copies of a JPEG', () => {
  it('differ in bytes and not in pixels', async () => {
    const jpeg = await sharp(RED).jpeg().toBuffer();
    const copies = new UniqueCopies([jpeg]);
    const [first, second] = [copies.next(), copies.next()];
    expect(first.equals(second)).toBe(false);
    const pixels = await Promise.all([jpeg, first, second].map((bytes) => sharp(bytes).raw().toBuffer()));
    expect(pixels[1]).toEqual(pixels[0]);
    expect(pixels[2]).toEqual(pixels[0]);
  });

  it('cannot be made of nothing', () => {
    expect(() => new UniqueCopies([]).next()).toThrow('no photographs');
  });
});
