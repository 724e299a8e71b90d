import { describe, expect, it } from '@jest/globals';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { openPixels } from './sharp-settings.js';
import { readWebpFrames } from './webp-frames.js';

const [WIDTH, HEIGHT, FRAMES] = [40, 30, 4];

/** Every frame is another shade, or has another small square somewhere. */
async function encode(what: 'shades' | 'squares', frames = FRAMES): Promise<Buffer> {
  const pixels = new Uint8Array(WIDTH * HEIGHT * frames * 3);
  for (let frame = 0; frame < frames; frame += 1) {
    const start = frame * WIDTH * HEIGHT * 3;
    if (what === 'shades') pixels.fill(40 * frame, start, start + WIDTH * HEIGHT * 3);
    for (let row = 0; row < 4; row += 1) {
      const place = start + ((row + 4 * frame) * WIDTH + 8) * 3;
      pixels.fill(255, place, place + 4 * 3);
    }
  }
  const layout = { width: WIDTH, height: HEIGHT * frames, channels: 3, pageHeight: HEIGHT } as const;
  return openPixels(pixels, layout).webp({ lossless: true }).toBuffer();
}

describe('the frames of a WebP', () => {
  it('are as large as what each of them stores', async () => {
    expect(readWebpFrames(await encode('shades'), 10)).toEqual(Array.from({ length: FRAMES }, () => WIDTH * HEIGHT));
    const [first, ...others] = readWebpFrames(await encode('squares'), 10);
    expect(first).toBe(WIDTH * HEIGHT);
    expect(others).toHaveLength(FRAMES - 1);
    for (const pixels of others) expect(pixels).toBeLessThan((WIDTH * HEIGHT) / 4);
  });

  it('are none of a still picture, and no more than are looked for', async () => {
    expect(readWebpFrames(await encode('shades', 1), 10)).toEqual([]);
    expect(readWebpFrames(await encode('shades'), 2)).toHaveLength(2);
  });

  it('are looked for in any bytes', async () => {
    const whole = await encode('squares');
    const changes = array(tuple(nat(whole.length - 1), integer({ min: 0, max: 255 })), { maxLength: 8 });
    assert(
      property(nat(whole.length), changes, (length, edits) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of edits) bytes[at] = value;
        for (const pixels of readWebpFrames(bytes.subarray(0, length), 10)) expect(pixels).toBeGreaterThan(0);
      }),
    );
  });
});
