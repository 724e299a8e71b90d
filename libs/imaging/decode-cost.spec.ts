import { describe, expect, it } from '@jest/globals';
import type { Preprocessing } from '#contracts/prepared-image.js';
import { decodeCostMs, type DecodeExtent } from './decode-cost.js';

const RECIPE: Preprocessing = {
  size: 224,
  decode: 'shrunk-jpeg',
  resize: 'bilinear-align-corners',
  framesScoredMax: 5,
  backgrounds: ['white'],
};
/** A JPEG that has an end, and one that has none. */
const [WHOLE, CUT]: readonly [Uint8Array, Uint8Array] = [Buffer.from([0xff, 0xd9]), Buffer.from([0xff, 0xd8])];
/** An animation of a hundred frames. */
const LONG = { width: 640, height: 480, framesDecodable: 100 };
/** The first frame is whole; of the others each stores a twentieth. */
const moving = (frames: number): number[] => [307_200, ...Array.from({ length: frames - 1 }, () => 15_360)];
/** What the fast tier lets go with the others. */
const LIGHT_MS = 60;

const cost = (image: Partial<DecodeExtent>, bytes: Uint8Array = WHOLE): number =>
  decodeCostMs(
    bytes,
    {
      mediaType: 'image/png',
      width: 1_000,
      height: 1_000,
      framesDecodable: 1,
      frameShown: 0,
      framePixels: [],
      scans: 1,
      pixelsCoded: 0,
      ...image,
    },
    RECIPE,
  );

describe('what decoding costs by the headers', () => {
  it.each<[string, Partial<DecodeExtent>, Uint8Array]>([
    ['a phone’s photograph', { mediaType: 'image/jpeg', width: 4_032, height: 3_024 }, WHOLE],
    ['the same without an end', { mediaType: 'image/jpeg', width: 4_000, height: 3_000 }, CUT],
    ['a PNG of 2 megapixels', { width: 1_920, height: 1_080 }, WHOLE],
    ['a WebP of 2 megapixels', { mediaType: 'image/webp', width: 1_920, height: 1_080 }, WHOLE],
    ['a progressive JPEG of 4 megapixels', { mediaType: 'image/jpeg', width: 2_400, height: 1_800, scans: 10 }, WHOLE],
    ['a small animation', { mediaType: 'image/gif', width: 200, height: 200, framesDecodable: 40 }, WHOLE],
    ['a long one in which little moves', { ...LONG, mediaType: 'image/gif', framePixels: moving(100) }, WHOLE],
  ])('is light for %s', (_what, image, bytes) => {
    expect(cost(image, bytes)).toBeLessThanOrEqual(LIGHT_MS);
  });

  it.each<[string, Partial<DecodeExtent>]>([
    ['an AVIF of 49 megapixels, of 1 kB or not', { mediaType: 'image/avif', width: 7_000, height: 7_000 }],
    ['an AVIF that crops 49 megapixels', { mediaType: 'image/avif', width: 64, height: 64, pixelsCoded: 49_000_000 }],
    ['a PNG of 12 megapixels', { width: 4_000, height: 3_000 }],
    ['a photograph in 64 passes', { mediaType: 'image/jpeg', width: 4_032, height: 3_024, scans: 64 }],
    ['a long animation', { ...LONG, mediaType: 'image/webp', framePixels: Array.from({ length: 100 }, () => 307_200) }],
  ])('is too much to go with the others for %s', (_what, image) => {
    expect(cost(image)).toBeGreaterThan(LIGHT_MS);
  });

  it('is never less for what is stored than for what is shown', () => {
    const avif = (pixelsCoded: number) => cost({ mediaType: 'image/avif', pixelsCoded });
    expect([0, 500_000, 1_000_000, 2_000_000].map(avif)).toEqual([60, 60, 60, 120]);
  });

  it('counts for a late frame all those before it, each with what it stores', () => {
    const passed = (framesDecodable: number, framePixels: number[] = []) =>
      (cost({ mediaType: 'image/gif', framesDecodable, framePixels }) - Math.min(5, framesDecodable) * 10) / 4;
    expect([1, 2, 5, 9].map((frames) => passed(frames))).toEqual([0, 1, 1 + 2 + 3 + 4, 2 + 4 + 6 + 8]);
    expect(passed(3, [1_000_000, 500_000, 0])).toBe(1 + 1.5);
    expect(passed(3, [1_000_000])).toBe(1 + 2);
  });

  it('of a hundred frames is near what they take, and not that of as many pictures', () => {
    // measured: 15 ms and 367 ms; each frame decoded as a picture of its own would be 777
    expect(cost({ ...LONG, mediaType: 'image/gif', framePixels: moving(100) })).toBeLessThan(777 / 10);
    const whole = Array.from({ length: 100 }, () => 307_200);
    expect(cost({ ...LONG, mediaType: 'image/gif', framePixels: whole })).toBeCloseTo(320, 0);
  });
});
