import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PerceptualHash, PrepareWants, Preprocessing } from '#contracts/prepared-image.js';
import { prepareImage } from '../prepare-image.js';
import { openPixels } from '../sharp-settings.js';
import { perceptualHashOf } from './pdq.js';

const RECIPE: Preprocessing = { size: 8, resize: 'bilinear-align-corners', framesScoredMax: 3, backgrounds: ['white'] };
const LIMITS = { pixelsMax: 1_000_000, framesMax: 4 };
const [WIDTH, HEIGHT] = [80, 60];

/** Two frames that show different things. */
const FRAMES = [1, 2].map((seed) =>
  Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => Math.floor(at / 3 / (7 * seed)) * 61),
);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepare-perceptual-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function perceptualOf(wants?: PrepareWants): Promise<PerceptualHash | null> {
  const layout = { width: WIDTH, height: HEIGHT * FRAMES.length, channels: 3, pageHeight: HEIGHT } as const;
  const path = join(folder, 'animation');
  await writeFile(path, await openPixels(Buffer.concat(FRAMES), layout).webp({ lossless: true }).toBuffer());
  const image = await prepareImage(path, RECIPE, LIMITS, wants);
  if (image.kind === 'rejected') throw new Error(image.detail);
  expect(image.facts.frames).toBe(2);
  return image.perceptual;
}

describe('a prepared image', () => {
  it('has the perceptual hash of its first frame when that is wanted', async () => {
    const [first, second] = FRAMES.map((pixels) =>
      perceptualHashOf({ pixels, width: WIDTH, height: HEIGHT, channels: 3, damaged: false }),
    );
    expect(first?.pdq).not.toBe(second?.pdq);
    expect(await perceptualOf({ perceptual: true })).toEqual(first);
  });

  it('has none when it is not wanted', async () => {
    expect([await perceptualOf(), await perceptualOf({ perceptual: false })]).toEqual([null, null]);
  });
});
