import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { viewsMaxOf, type ImageLimits, type PreparedImage, type Preprocessing } from '#contracts/prepared-image.js';
import { animationControl, craftPng, pngChunk, zeroImageData } from './craft-png.js';
import { prepareImage } from './prepare-image.js';
import { openPixels } from './sharp-settings.js';

const RECIPE: Preprocessing = {
  size: 12,
  resize: 'bilinear-align-corners',
  framesScoredMax: 3,
  backgrounds: ['white', 'black'],
};
const LIMITS: ImageLimits = { pixelsMax: 1_000_000, framesMax: 40 };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepare-image-'));
});
afterAll(() => rm(folder, { recursive: true }));

const prepare = async (bytes: Uint8Array, recipe = RECIPE, limits = LIMITS) => {
  const path = join(folder, 'asset');
  await writeFile(path, bytes);
  return prepareImage(path, recipe, limits);
};

const prepared = async (bytes: Uint8Array, recipe = RECIPE): Promise<PreparedImage> => {
  const outcome = await prepare(bytes, recipe);
  if (outcome.kind === 'rejected') throw new Error(`rejected: ${outcome.code} ${outcome.detail}`);
  return outcome;
};

type Paint = (x: number, y: number) => readonly number[];

const paint = (width: number, height: number, channels: 3 | 4, colour: Paint): Uint8Array => {
  const pixels = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) pixels.set(colour(x, y), (y * width + x) * channels);
  }
  return pixels;
};

/** How far two views lie apart at most, in grey levels. */
const distance = (a: Uint8Array | undefined, b: Uint8Array | undefined): number => {
  if (a === undefined || b === undefined || a.length !== b.length) return Infinity;
  return a.reduce((max, value, index) => Math.max(max, Math.abs(value - (b[index] ?? NaN))), 0);
};

const solid =
  (...colour: readonly number[]): Paint =>
  () =>
    colour;

describe('prepareImage: orientation', () => {
  const [width, height] = [48, 32];
  /** Smooth, and different in every corner. */
  const upright: Paint = (x, y) => [x * 5, y * 7, 255 - x * 2 - y * 3];

  /** Where the pixel shown at (x, y) is stored (EXIF 2.32, 4.6.4, tag 0x0112). */
  const stored: Record<number, (x: number, y: number) => readonly [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [width - 1 - x, y],
    3: (x, y) => [width - 1 - x, height - 1 - y],
    4: (x, y) => [x, height - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, width - 1 - x],
    7: (x, y) => [height - 1 - y, width - 1 - x],
    8: (x, y) => [height - 1 - y, x],
  };

  const turned = (orientation: number) => {
    const [w, h] = orientation > 4 ? [height, width] : [width, height];
    const pixels = new Uint8Array(w * h * 3);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [column, row] = stored[orientation]?.(x, y) ?? [0, 0];
        pixels.set(upright(x, y), (row * w + column) * 3);
      }
    }
    return openPixels(pixels, { width: w, height: h, channels: 3 }).withMetadata({ orientation });
  };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i shows the picture upright', async (orientation) => {
    const plain = await prepared(
      await openPixels(paint(width, height, 3, upright), { width, height, channels: 3 })
        .png()
        .toBuffer(),
    );
    const jpeg = await prepared(
      await turned(orientation).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
    );
    const webp = await prepared(await turned(orientation).webp({ lossless: true }).toBuffer());
    for (const image of [jpeg, webp]) {
      expect(image.facts).toMatchObject({ width, height, frames: 1, alpha: false, degraded: [] });
      expect(image.views).toHaveLength(1);
      expect(distance(image.views[0], plain.views[0])).toBeLessThanOrEqual(4);
    }
  });
});

describe('prepareImage: colour', () => {
  const view = async (bytes: Uint8Array): Promise<Uint8Array | undefined> => (await prepared(bytes)).views[0];
  const [width, height] = [16, 16];
  const ramp = openPixels(
    paint(width, height, 3, (x, y) => [x * 16, 128, y * 16]),
    { width, height, channels: 3 },
  );

  it('turns CMYK into the RGB it looks like', async () => {
    const cmyk = await ramp.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect(distance(await view(cmyk), await view(await ramp.clone().png().toBuffer()))).toBeLessThan(64);
  });

  it('turns 16 bit, grey and palette into 8 bit RGB', async () => {
    const plain = await view(await ramp.clone().png().toBuffer());
    expect(distance(await view(await ramp.clone().toColourspace('rgb16').png().toBuffer()), plain)).toBeLessThanOrEqual(
      1,
    );
    expect(distance(await view(await ramp.clone().png({ palette: true }).toBuffer()), plain)).toBeLessThan(40);
    const grey = await view(await ramp.clone().greyscale().png().toBuffer());
    expect(grey).toHaveLength(12 * 12 * 3);
    expect(grey?.every((value, index) => value === grey[index - (index % 3)])).toBe(true);
  });

  it('applies a colour profile', async () => {
    const wide = await ramp.clone().withIccProfile('p3').png().toBuffer();
    expect(distance(await view(wide), await view(await ramp.clone().png().toBuffer()))).toBeLessThan(24);
  });

  it('takes a single pixel and a single column', async () => {
    const pixel = await openPixels(paint(1, 1, 3, solid(9, 99, 199)), { width: 1, height: 1, channels: 3 })
      .png()
      .toBuffer();
    const dot = await prepared(pixel);
    expect(dot.facts).toMatchObject({ width: 1, height: 1 });
    expect([...(dot.views[0] ?? [])].slice(-3)).toEqual([9, 99, 199]);
    const column = craftPng({ width: 1, height: 65_535, bitDepth: 8, colourType: 0 }, [
      zeroImageData({ width: 1, height: 65_535, bitDepth: 8, colourType: 0 }),
    ]);
    expect((await prepared(column)).facts).toMatchObject({ width: 1, height: 65_535 });
  });
});

describe('prepareImage: transparency', () => {
  const [width, height] = [24, 24];
  const ring = (x: number, y: number): boolean => Math.abs(Math.hypot(x - 12, y - 12) - 8) < 3;
  const png = (colour: Paint) => openPixels(paint(width, height, 4, colour), { width, height, channels: 4 }).png();

  it('sees a picture that only shows on one background', async () => {
    const cloaked = await png((x, y) => [0, 0, 0, ring(x, y) ? 255 : 0]).toBuffer();
    const { facts, views } = await prepared(cloaked);
    expect(facts.alpha).toBe(true);
    expect(views).toHaveLength(2);
    expect([Math.min(...(views[0] ?? [])), Math.max(...(views[0] ?? []))]).toEqual([0, 255]);
    expect(new Set(views[1])).toEqual(new Set([0]));
    expect(distance(views[0], views[1])).toBe(255);
  });

  it('never shows the colours under transparent pixels', async () => {
    const hidden = await png((x, y) => (ring(x, y) ? [255, 0, 0, 0] : [0, 0, 255, 0])).toBuffer();
    const { views } = await prepared(hidden);
    expect(views.map((view) => [...new Set(view)])).toEqual([[255], [0]]);
  });

  it('gives one view of an opaque picture that has an alpha channel', async () => {
    const opaque = await prepared(await png((x, y) => [x * 10, y * 10, 0, 255]).toBuffer());
    const plain = openPixels(
      paint(width, height, 3, (x, y) => [x * 10, y * 10, 0]),
      { width, height, channels: 3 },
    );
    expect(opaque.facts.alpha).toBe(false);
    expect(opaque.views).toEqual((await prepared(await plain.png().toBuffer())).views);
  });

  it('uses the backgrounds of the recipe, in their order, also for 16 bit and WebP', async () => {
    const half: Paint = () => [0, 0, 0, 128];
    const blackFirst: Preprocessing = { ...RECIPE, backgrounds: ['black', 'white'] };
    for (const bytes of [
      await png(half).toBuffer(),
      await png(half).toColourspace('rgb16').toBuffer(),
      await png(half).webp({ lossless: true }).toBuffer(),
    ]) {
      const { views } = await prepared(bytes, blackFirst);
      expect(views.map((view) => [...new Set(view)])).toEqual([[0], [127]]);
    }
  });
});

describe('prepareImage: animation', () => {
  const side = 16;
  const frames = (count: number, colour: (frame: number) => readonly [number, number, number]) =>
    openPixels(
      paint(side, side * count, 3, (x, y) => {
        const frame = Math.floor(y / side);
        // One pixel blinks, or the encoder would join equal frames.
        return x === 0 && y % side === 0 ? [(frame % 2) * 255, 0, 0] : colour(frame);
      }),
      { width: side, height: side * count, channels: 3, pageHeight: side },
    );
  const centre = (view: Uint8Array): number[] => [...view.subarray((6 * 12 + 6) * 3, (6 * 12 + 6) * 3 + 3)];

  it.each(['gif', 'webp'] as const)('sees the last frame of a %s', async (format) => {
    const animation = frames(31, (frame) => (frame === 30 ? [255, 0, 0] : [255, 255, 255]));
    const bytes = await animation.toFormat(format, { lossless: true }).toBuffer();
    const { facts, views } = await prepared(bytes);
    expect(facts).toMatchObject({ frames: 31, width: side, height: side, alpha: false, degraded: [] });
    expect(views.map(centre)).toEqual([
      [255, 255, 255],
      [255, 255, 255],
      [255, 0, 0],
    ]);
  });

  it('scores as many frames as the recipe says, evenly spaced', async () => {
    const bytes = await frames(9, (frame) => [frame * 28, frame * 28, frame * 28])
      .webp({ lossless: true })
      .toBuffer();
    const shades = async (framesScoredMax: number): Promise<(number | undefined)[]> =>
      (await prepared(bytes, { ...RECIPE, framesScoredMax })).views.map((view) => centre(view)[0]);
    expect(await shades(1)).toEqual([0]);
    expect(await shades(3)).toEqual([0, 112, 224]);
    expect(await shades(40)).toHaveLength(9);
  });

  it('refuses more frames, or more pixels in all frames together, than allowed', async () => {
    const long = await frames(41, () => [9, 9, 9])
      .gif()
      .toBuffer();
    expect(await prepare(long)).toMatchObject({ code: 'image-too-large', detail: expect.stringContaining('40') });
    const limits: ImageLimits = { pixelsMax: side * side, framesMax: 40 };
    const five = await frames(5, () => [9, 9, 9])
      .gif()
      .toBuffer();
    expect(await prepare(five, RECIPE, limits)).toMatchObject({ code: 'image-too-large' });
  });

  it('looks at every scored frame as the recipe says, at tiles of the first alone, and names what it saw', async () => {
    const [wide, count] = [60, 5];
    const strip = openPixels(
      paint(wide, wide * count, 4, (x, y) => [x, y % 256, 9, y >= wide * 2 && y < wide * 3 ? 128 : 255]),
      { width: wide, height: wide * count, channels: 4, pageHeight: wide },
    );
    const looks = ['reference', 'antialiased', 'tiles'] as const;
    const recipe = { ...RECIPE, looks };
    const { facts, views, viewNames } = await prepared(await strip.webp({ lossless: true }).toBuffer(), recipe);
    expect(facts).toMatchObject({ frames: count, alpha: true });
    expect(viewNames.map(({ look, frame, background = '' }) => `${look} ${frame} ${background}`.trim())).toEqual([
      'reference 0',
      'antialiased 0',
      ...Array.from({ length: 4 }, () => 'tiles 0'),
      'reference 2 white',
      'reference 2 black',
      'antialiased 2 white',
      'antialiased 2 black',
      'reference 4',
      'antialiased 4',
    ]);
    expect(views).toHaveLength(viewNames.length);
    expect(views.length).toBeLessThanOrEqual(viewsMaxOf(recipe));
  });

  it('says that the frames of an animated PNG were not seen', async () => {
    const header = { width: 2, height: 2, bitDepth: 8, colourType: 2 } as const;
    const apng = craftPng(header, [animationControl(3), zeroImageData(header), pngChunk('fdAT', Buffer.alloc(9))]);
    expect((await prepared(apng)).facts).toMatchObject({ frames: 3, degraded: ['frames_not_decoded'] });
    const still = craftPng(header, [animationControl(1), zeroImageData(header)]);
    expect((await prepared(still)).facts).toMatchObject({ frames: 1, degraded: [] });
  });

  it('says so for an AVIF that is also a sequence, and opens one with the general brand', async () => {
    const avif = await openPixels(paint(16, 16, 3, solid(200, 90, 30)), { width: 16, height: 16, channels: 3 })
      .avif()
      .toBuffer();
    const withBrands = (major: string, compatible: string): Buffer => {
      const bytes = Buffer.from(avif);
      bytes.write(major, 8, 'latin1');
      bytes.write(compatible, 16, 'latin1');
      return bytes;
    };
    expect((await prepared(avif)).facts.degraded).toEqual([]);
    expect((await prepared(withBrands('avif', 'avis'))).facts.degraded).toEqual(['frames_not_decoded']);
    expect((await prepared(withBrands('mif1', 'avif'))).views).toEqual((await prepared(avif)).views);
    expect(await prepare(withBrands('avis', 'avif'))).toMatchObject({ code: 'unsupported-media' });
  });
});
