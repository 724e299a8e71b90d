import { describe, expect, it } from '@jest/globals';
import { readGifBlocks } from './gif-blocks.js';
import { openPixels } from './sharp-settings.js';

const noise = Uint8Array.from({ length: 20 * 30 * 3 }, (_, index) => (index * 2654435761) >>> 13);
const encode = (pageHeight: number): Promise<Buffer> =>
  openPixels(noise, { width: 20, height: 30, channels: 3, pageHeight })
    .gif({ interFrameMaxError: 0, reuse: false })
    .toBuffer();

describe('readGifBlocks', () => {
  it('counts the images of a whole file', async () => {
    expect(readGifBlocks(await encode(30))).toMatchObject({ frames: 1, cut: false });
    expect(readGifBlocks(await encode(10))).toMatchObject({ frames: 3, cut: false });
  });

  it('tells how large the rectangle of each frame is', async () => {
    expect(readGifBlocks(await encode(10), 2).framePixels).toEqual([200, 200]);
    const still = new Uint8Array(40 * 30 * 3);
    const moved = Uint8Array.from(still).fill(255, (5 * 40 + 8) * 3, (5 * 40 + 12) * 3);
    const pixels = Buffer.concat([still, moved]);
    const both = openPixels(pixels, { width: 40, height: 60, channels: 3, pageHeight: 30 });
    const [whole, part] = readGifBlocks(await both.gif({ interFrameMaxError: 0 }).toBuffer(), 10).framePixels;
    expect(whole).toBe(40 * 30);
    expect(part).toBeLessThan(40);
  });

  it('misses data wherever the file is cut, but for the trailer and between blocks', async () => {
    const whole = await encode(10);
    expect(readGifBlocks(whole.subarray(0, -1))).toMatchObject({ frames: 3, cut: false });
    let complete = 0;
    for (let length = 14; length < whole.length - 1; length += 1) {
      const { frames, cut } = readGifBlocks(whole.subarray(0, length));
      if (!cut) complete += 1;
      expect(frames).toBeLessThan(3);
    }
    // Between blocks: three images, each with an extension before it, and two extensions of the file at most.
    expect(complete).toBeLessThanOrEqual(8);
  });

  it('stops at the trailer and at what is no block', async () => {
    const whole = await encode(10);
    const twice = Buffer.concat([whole, whole.subarray(13)]);
    expect(readGifBlocks(twice).frames).toBe(3);
    const odd = Buffer.concat([whole.subarray(0, -1), Buffer.from([0x77]), whole.subarray(13)]);
    expect(readGifBlocks(odd)).toMatchObject({ frames: 3, cut: false });
  });

  it('ends on any bytes', () => {
    expect(readGifBlocks(new Uint8Array(0))).toMatchObject({ frames: 0, cut: true });
    expect(readGifBlocks(new Uint8Array(1000).fill(0x2c)).frames).toBeLessThan(1000);
    expect(readGifBlocks(new Uint8Array(1000).fill(0x21)).frames).toBe(0);
  });
});
