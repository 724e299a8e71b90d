import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { prepareImage } from '#imaging/prepare-image.js';
import { differingBits } from './differing-bits.js';

/** A folder with Meta's reference pictures and `expected.csv`: `hash,quality,file`. */
const FOLDER = process.env['PORTCULLIS_PDQ_VECTORS'];
const LIST = FOLDER === undefined ? '' : join(FOLDER, 'expected.csv');

/** Decoders and their resizing differ: what Meta calls conformant. */
const BITS_MAX = 10;

const LIMITS = { pixelsMax: 50_000_000, framesMax: 1 };
const RECIPE = { size: 8, resize: 'bilinear-align-corners', framesScoredMax: 1, backgrounds: ['white'] } as const;

const vectors = existsSync(LIST) ? readFileSync(LIST, 'utf8').trim().split('\n') : [];

if (vectors.length === 0) {
  describe.skip('PDQ against the reference hashes (skipped: PORTCULLIS_PDQ_VECTORS names no folder with them)', () => {
    it('conforms', () => undefined);
  });
} else {
  describe('PDQ against the reference hashes', () => {
    it.each(vectors.map((line) => line.split(',')))('%s with quality %s: %s', async (pdq = '', quality, file = '') => {
      const image = await prepareImage(join(FOLDER ?? '', file), RECIPE, LIMITS, { perceptual: true });
      if (image.kind === 'rejected' || image.perceptual === null) throw new Error('no hash');
      expect(differingBits(image.perceptual.pdq, pdq)).toBeLessThanOrEqual(BITS_MAX);
      expect(image.perceptual.quality).toBe(Number(quality));
    });
  });
}
