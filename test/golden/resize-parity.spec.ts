import { describe, expect, it } from '@jest/globals';
import { resizeBilinear } from '#imaging/bilinear.js';
import { generatedImage } from './generated-image.js';
import { REFERENCE_MS_MAX, referenceResize } from './reference.js';

/** Width, height and target size in pixels. */
const CASES = [
  [1, 1, 7],
  [1, 7, 32],
  [7, 1, 32],
  [2, 3, 1],
  [3, 5, 2],
  [13, 31, 97],
  [50, 50, 50],
  [225, 223, 64],
  [640, 427, 299],
  [1023, 17, 224],
] as const;

describe('resizeBilinear against TensorFlow.js', () => {
  it(
    'is within one grey level everywhere',
    async () => {
      const images = CASES.map(([width, height, size], seed) => {
        return { width, height, size, pixels: generatedImage(width, height, seed) };
      });
      const reference = await referenceResize(images);

      const outside = images.flatMap(({ pixels, width, height, size }, index) => {
        const [ours, theirs] = [resizeBilinear(pixels, width, height, size), reference[index] ?? []];
        expect([ours.length, theirs.length]).toEqual([size * size * 3, size * size * 3]);
        const at = theirs.findIndex((value, place) => !(Math.abs(value - (ours[place] ?? NaN)) <= 1));
        return at < 0 ? [] : [{ width, height, size, at, ours: ours[at], theirs: theirs[at] }];
      });
      expect(outside).toEqual([]);
    },
    REFERENCE_MS_MAX,
  );
});
