import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Preprocessing } from '#contracts/prepared-image.js';
import { craftPng, zeroImageData } from './craft-png.js';
import { prepareImage } from './prepare-image.js';
import { prepareLightImage } from './prepare-light-image.js';

const RECIPE: Preprocessing = {
  size: 16,
  resize: 'bilinear-align-corners',
  framesScoredMax: 1,
  backgrounds: ['white'],
};
const HEADER = { width: 100, height: 100, bitDepth: 8, colourType: 2 } as const;
const LIMITS = { pixelsMax: 50_000_000, framesMax: 100 };

let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-light-'));
  path = join(folder, 'picture');
  await writeFile(path, craftPng(HEADER, [zeroImageData(HEADER)]));
});
afterAll(() => rm(folder, { recursive: true }));

describe('an image that may take no longer than a limit to decode', () => {
  it('is prepared as ever within it, and without one', async () => {
    const ever = await prepareImage(path, RECIPE, LIMITS);
    expect(await prepareLightImage(path, RECIPE, LIMITS)).toEqual(ever);
    expect(await prepareLightImage(path, RECIPE, LIMITS, { decodeMsMax: 60 })).toEqual(ever);
  });

  it('is put back with its cost beyond it', async () => {
    const costly = await prepareLightImage(path, RECIPE, LIMITS, { decodeMsMax: 0.1 });
    expect(costly).toEqual({ kind: 'costly', mediaType: 'image/png', decodeMs: expect.closeTo(0.12, 6) });
  });

  it('is rejected for what is wrong with it, whatever it costs', async () => {
    const none = join(folder, 'none');
    await writeFile(none, 'no picture');
    const limits = { ...LIMITS, pixelsMax: 10 };
    expect(await prepareLightImage(none, RECIPE, LIMITS, { decodeMsMax: 0 })).toMatchObject({
      code: 'unsupported-media',
    });
    expect(await prepareLightImage(path, RECIPE, limits, { decodeMsMax: 0 })).toMatchObject({
      code: 'image-too-large',
    });
  });
});
