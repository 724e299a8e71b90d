import { describe, expect, it } from '@jest/globals';
import { perceptualHashOf } from '#imaging/pdq/pdq.js';
import { differingBits } from './differing-bits.js';
import { generatedImage } from './generated-image.js';
import { slowPdq } from './slow-pdq.js';

/** Width and height in pixels; the longer side at most 512. */
const CASES = [
  [64, 64],
  [128, 128],
  [512, 512],
  [512, 300],
  [97, 411],
  [200, 33],
  [31, 129],
  [5, 5],
] as const;

/** The products weigh the colours to four digits, so a frequency that nearly is the median may change sides. */
const BITS_MAX = 2;

describe('PDQ against a slow implementation of its own', () => {
  it.each(CASES)('%i × %i: the same hash and quality', (width, height) => {
    const pixels = generatedImage(width, height, width + height);
    const { pdq, quality } = perceptualHashOf({ pixels, width, height, channels: 3, damaged: false });
    const slow = slowPdq(pixels, width, height);
    expect(pdq).toMatch(/^[0-9a-f]{64}$/);
    expect(differingBits(pdq, slow.pdq)).toBeLessThanOrEqual(BITS_MAX);
    expect(quality).toBe(slow.quality);
  });
});
