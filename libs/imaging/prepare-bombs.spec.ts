import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImageLimits, PrepareWants, Preprocessing } from '#contracts/prepared-image.js';
import { cropAvif } from './craft-avif.js';
import { craftPng, pngChunk, zeroImageData } from './craft-png.js';
import { inspectImage } from './inspect-image.js';
import { prepareLightImage } from './prepare-light-image.js';
import { openPixels } from './sharp-settings.js';

const RECIPE: Preprocessing = {
  size: 16,
  resize: 'bilinear-align-corners',
  framesScoredMax: 1,
  backgrounds: ['white'],
};
const LIMITS: ImageLimits = { pixelsMax: 1_000_000, framesMax: 10 };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepare-bombs-'));
});
afterAll(() => rm(folder, { recursive: true }));

const prepare = async (bytes: Uint8Array, limits = LIMITS, wants: PrepareWants = {}) => {
  const path = join(folder, 'picture');
  await writeFile(path, bytes);
  return prepareLightImage(path, RECIPE, limits, wants);
};

describe('a PNG that is small until its chunks are inflated', () => {
  const header = { width: 64, height: 64, bitDepth: 8, colourType: 2 } as const;
  const still = zeroImageData(header);

  it.each([
    ['zTXt', 'key\0\0'],
    ['iTXt', 'key\0\x01\0\0\0'],
  ])('is prepared without its %s', async (type, head) => {
    const text = pngChunk(type, Buffer.concat([Buffer.from(head, 'latin1'), deflateSync(Buffer.alloc(7_900_000))]));
    const bomb = craftPng(header, [...Array.from({ length: 58 }, () => text), still, text, text]);
    const plain = craftPng(header, [still]);
    // what the decoder is given has nothing of it
    expect(await inspectImage(bomb, LIMITS)).toMatchObject({ kind: 'inspected', bytes: plain });
    expect(await prepare(bomb)).toEqual(await prepare(plain));
  });

  it('is refused with a colour profile of megabytes, and with several', async () => {
    const profile = (length: number) =>
      pngChunk('iCCP', Buffer.concat([Buffer.from('name\0\0', 'latin1'), deflateSync(Buffer.alloc(length))]));
    for (const profiles of [[profile(7_900_000)], [profile(9), profile(9)]]) {
      expect(await prepare(craftPng(header, [...profiles, still]))).toMatchObject({
        code: 'image-too-large',
        detail: expect.stringMatching(/^The colour profile .* Convert [^.]*\.$/),
      });
    }
  });
});

describe('an AVIF that shows less than it stores', () => {
  const [width, height] = [400, 300];
  const shown = { width: 64, height: 48 };
  const crop = async () =>
    cropAvif(
      await openPixels(new Uint8Array(width * height * 3).fill(99), { width, height, channels: 3 })
        .avif({ effort: 0 })
        .toBuffer(),
      shown.width,
      shown.height,
    );

  it('is prepared within the limits', async () => {
    expect(await prepare(await crop())).toMatchObject({ kind: 'prepared', facts: shown });
  });

  it('is refused by what it stores', async () => {
    expect(await prepare(await crop(), { ...LIMITS, pixelsMax: width * height - 1 })).toMatchObject({
      code: 'image-too-large',
      detail: expect.stringContaining(`${width} × ${height}`),
    });
  });

  it('costs what it stores', async () => {
    const decodeMs = (width * height * 60) / 1_000_000;
    expect(await prepare(await crop(), LIMITS, { decodeMsMax: decodeMs - 0.1 })).toEqual({
      kind: 'costly',
      mediaType: 'image/avif',
      decodeMs: expect.closeTo(decodeMs, 6),
    });
  });
});
