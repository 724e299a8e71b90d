import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImageRejection, PreparedImage, Preprocessing } from '#contracts/prepared-image.js';
import { prepareImage } from './prepare-image.js';
import { openPixels } from './sharp-settings.js';
import { isDecodedShrunk } from './shrunk-jpeg.js';

const FULL: Preprocessing = {
  size: 16,
  resize: 'bilinear-align-corners',
  framesScoredMax: 3,
  backgrounds: ['white', 'black'],
};
const SHRUNK: Preprocessing = { ...FULL, decode: 'shrunk-jpeg' };

type Paint = (x: number, y: number) => readonly [number, number, number];

const picture = (width: number, height: number, paint: Paint) => {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) pixels.set(paint(x, y), (y * width + x) * 3);
  }
  return openPixels(pixels, { width, height, channels: 3 });
};
const jpegOf = (width: number, height: number, paint: Paint) =>
  picture(width, height, paint).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();

/** Smooth, and different in every corner. */
const smooth: Paint = (x, y) => [x, y, 255 - x / 2 - y / 2];
const chessboard: Paint = (x, y) => ((x + y) % 2 === 0 ? [255, 255, 255] : [0, 0, 0]);
const noise: Paint = (x, y) => [(x * 73 + y * 31) & 255, (x * y * 7) & 255, (x ^ y) & 255];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shrunk-jpeg-'));
});
afterAll(() => rm(folder, { recursive: true }));

const prepare = async (bytes: Uint8Array, recipe: Preprocessing): Promise<PreparedImage | ImageRejection> => {
  const path = join(folder, 'asset');
  await writeFile(path, bytes);
  return prepareImage(path, recipe, { pixelsMax: 1_000_000, framesMax: 40 });
};
const prepared = async (bytes: Uint8Array, recipe: Preprocessing): Promise<PreparedImage> => {
  const outcome = await prepare(bytes, recipe);
  if (outcome.kind === 'rejected') throw new Error(`rejected: ${outcome.detail}`);
  return outcome;
};
const outcomeOf = async (bytes: Uint8Array, recipe: Preprocessing): Promise<string> => {
  const outcome = await prepare(bytes, recipe);
  return outcome.kind === 'rejected' ? outcome.code : outcome.facts.degraded.join();
};
const distance = (a: Uint8Array | undefined, b: Uint8Array | undefined): number => {
  if (a === undefined || b === undefined || a.length !== b.length) return Infinity;
  return a.reduce((max, value, index) => Math.max(max, Math.abs(value - (b[index] ?? NaN))), 0);
};
const greys = async (bytes: Uint8Array, recipe: Preprocessing): Promise<number> => {
  const [view] = (await prepared(bytes, recipe)).views;
  return (view ?? []).filter((value) => Math.abs(value - 128) < 12).length / (16 * 16 * 3);
};

describe('the recipe shrunk-jpeg', () => {
  it.each([64, 128, 256])('decodes a JPEG of %i pixels at a fraction: single pixels melt', async (side) => {
    const board = await jpegOf(side, side + 9, chessboard);
    expect(await greys(board, SHRUNK)).toBe(1);
    expect(await greys(board, FULL)).toBeLessThan(0.9);
  });

  it('leaves smaller JPEGs, other types and other recipes as they were', async () => {
    const narrow = await jpegOf(63, 200, noise);
    const png = await picture(128, 128, noise).png().toBuffer();
    const webp = await picture(128, 128, noise).webp().toBuffer();
    for (const bytes of [narrow, png, webp]) {
      expect((await prepared(bytes, SHRUNK)).views).toEqual((await prepared(bytes, FULL)).views);
    }
    const jpeg = await jpegOf(128, 128, noise);
    const full = await prepared(jpeg, { ...FULL, decode: 'full' });
    expect(full.views).toEqual((await prepared(jpeg, FULL)).views);
    expect(distance((await prepared(jpeg, SHRUNK)).views[0], full.views[0])).toBeGreaterThan(16);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'shows orientation %i upright, with the size as it is stored',
    async (orientation) => {
      const jpeg = await picture(240, 130, smooth).withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();
      const [shrunk, full] = [await prepared(jpeg, SHRUNK), await prepared(jpeg, FULL)];
      expect(shrunk.facts).toEqual(full.facts);
      expect(shrunk.facts.width).toBe(orientation > 4 ? 130 : 240);
      // Half a step of the view, which is 15 pixels and as many grey levels.
      expect(distance(shrunk.views[0], full.views[0])).toBeLessThan(12);
    },
  );

  it('converts CMYK, grey and colour profiles as ever', async () => {
    const source = picture(160, 160, smooth);
    for (const bytes of [
      await source.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
      await source.clone().greyscale().jpeg({ quality: 100 }).toBuffer(),
      await source.clone().withIccProfile('p3').jpeg({ quality: 100 }).toBuffer(),
    ]) {
      const [shrunk, full] = [await prepared(bytes, SHRUNK), await prepared(bytes, FULL)];
      expect(shrunk.views[0]).toHaveLength(16 * 16 * 3);
      expect(distance(shrunk.views[0], full.views[0])).toBeLessThan(12);
    }
  });

  it.each([
    ['baseline', false, '4:2:0'],
    ['progressive', true, '4:2:0'],
    ['baseline', false, '4:4:4'],
  ])('says of a cut JPEG what the full decode says: %s, %s, %s', async (_, progressive, chromaSubsampling) => {
    // Heights of which a half, a quarter or an eighth leaves rows over.
    for (const height of [128, 129, 143, 145, 257, 263]) {
      const jpeg = await picture(140, height, noise).jpeg({ progressive, chromaSubsampling }).toBuffer();
      for (const left of [0.3, 0.6, 0.9, 0.97, 0.99, 1 - 9 / jpeg.length, 1 - 2 / jpeg.length, 1 - 1 / jpeg.length]) {
        const cut = jpeg.subarray(0, Math.round(jpeg.length * left));
        const outcome = await outcomeOf(cut, FULL);
        if (left < 0.99) expect(outcome).toBe('undecodable');
        expect(await outcomeOf(cut, SHRUNK)).toBe(outcome);
      }
    }
  });

  it('marks a damaged JPEG', async () => {
    const jpeg = await jpegOf(200, 300, noise);
    const middle = Math.floor(jpeg.length / 2);
    const damaged = Buffer.concat([jpeg.subarray(0, middle), Buffer.from([0xff, 0xd5]), jpeg.subarray(middle)]);
    expect(await prepared(damaged, SHRUNK)).toMatchObject({ facts: { degraded: ['damaged'] } });
    expect(await prepared(damaged, FULL)).toMatchObject({ facts: { degraded: ['damaged'] } });
  });
});

describe('isDecodedShrunk', () => {
  const image = { mediaType: 'image/jpeg', width: 64, height: 64 } as const;
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

  it.each([
    ['whole', 'ffd8 ffda 0102 ffd9', true],
    ['with something behind its end', 'ffd8 ffda 0102 ffd9 0000 abcd', true],
    ['without its end', 'ffd8 ffda 0102', false],
    ['without any scan or end', 'ffd8', false],
    ['cut, with a thumbnail that is whole', 'ffd8 ffe1 ffd8ffda01ffd9 ffda 0102', false],
  ])('a JPEG %s', (_, hex, expected) => {
    expect(isDecodedShrunk(bytes(hex.replaceAll(' ', '')), image, SHRUNK)).toBe(expected);
  });

  it('wants four times the size on both sides', () => {
    const whole = bytes('ffd8ffda0102ffd9');
    expect(isDecodedShrunk(whole, { ...image, width: 63 }, SHRUNK)).toBe(false);
    expect(isDecodedShrunk(whole, { ...image, height: 63 }, SHRUNK)).toBe(false);
    expect(isDecodedShrunk(whole, image, FULL)).toBe(false);
  });
});
