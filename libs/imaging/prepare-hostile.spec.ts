import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assert, asyncProperty, constantFrom, double, integer } from 'fast-check';
import {
  viewsMaxOf,
  type ImageLimits,
  type ImageRejection,
  type PreparedImage,
  type Preprocessing,
} from '#contracts/prepared-image.js';
import { craftPng, pngChunk, zeroImageData } from './craft-png.js';
import { prepareImage } from './prepare-image.js';
import { openPixels } from './sharp-settings.js';

const RECIPE: Preprocessing = {
  size: 16,
  resize: 'bilinear-align-corners',
  looks: ['reference', 'antialiased', 'tiles'],
  framesScoredMax: 4,
  backgrounds: ['white', 'black'],
};
const LIMITS: ImageLimits = { pixelsMax: 50_000_000, framesMax: 100 };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepare-hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Whatever the bytes are: an outcome, and one that speaks to the uploader. */
const prepare = async (bytes: Uint8Array): Promise<PreparedImage | ImageRejection> => {
  const path = join(folder, 'photo.jpg');
  await writeFile(path, bytes);
  const outcome = await prepareImage(path, RECIPE, LIMITS);
  if (outcome.kind === 'rejected') {
    expect(outcome.detail).toMatch(/^[A-Z].* (Convert|Open|Save|Send) [^.]*\.$/);
    expect(outcome.detail).not.toMatch(/vips|sharp|libpng|photo\.jpg|prepare-hostile/i);
  } else {
    expect(outcome.views.length).toBeGreaterThan(0);
    expect(outcome.views.every((view) => view.length === 16 * 16 * 3)).toBe(true);
    expect(outcome.viewNames).toHaveLength(outcome.views.length);
    expect(outcome.views.length).toBeLessThanOrEqual(viewsMaxOf(RECIPE));
  }
  return outcome;
};

const outcomeOf = async (bytes: Uint8Array): Promise<string> => {
  const outcome = await prepare(bytes);
  return outcome.kind === 'rejected' ? outcome.code : 'prepared';
};

const noise = Uint8Array.from({ length: 64 * 48 * 4 }, (_, index) => (index * 2654435761) >>> 13);
const picture = () => openPixels(noise, { width: 64, height: 48, channels: 4 });
const animation = () => openPixels(noise, { width: 64, height: 48, channels: 4, pageHeight: 12 });

const samples = {
  jpeg: () => picture().jpeg().toBuffer(),
  'progressive jpeg': () => picture().jpeg({ progressive: true }).toBuffer(),
  png: () => picture().png().toBuffer(),
  'interlaced png': () => picture().png({ progressive: true }).toBuffer(),
  webp: () => picture().webp().toBuffer(),
  'animated webp': () => animation().webp().toBuffer(),
  gif: () => animation().gif().toBuffer(),
  avif: () => picture().avif({ effort: 0 }).toBuffer(),
} as const;
const kinds = ['jpeg', 'progressive jpeg', 'png', 'interlaced png', 'webp', 'animated webp', 'gif', 'avif'] as const;

describe('prepareImage on hostile bytes', () => {
  it.each([
    [7_071, 7_071, 6],
    [1, 65_535, 6],
    [65_535, 1, 6],
    [1, 1, 1],
  ])('looks at %i × %i as often as it may, and no more', async (width, height, views) => {
    const header = { width, height, bitDepth: 1, colourType: 0 } as const;
    const outcome = await prepare(craftPng(header, [zeroImageData(header)]));
    if (outcome.kind === 'rejected') throw new Error(outcome.detail);
    expect(outcome.views).toHaveLength(views);
    expect(outcome.viewNames.map(({ look }) => look).slice(0, 3)).toEqual(RECIPE.looks?.slice(0, views));
  });

  it('refuses what is no accepted image, whatever it is called', async () => {
    const tiff = await picture().tiff().toBuffer();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>';
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'.padEnd(200, '\0'), 'latin1');
    const others = ['', 'x', 'just some text', svg, '%PDF-1.4\n%%EOF', '<html></html>'].map((text) =>
      Buffer.from(text),
    );
    for (const bytes of [...others, tiff, heic, Buffer.alloc(5000), Buffer.alloc(5000, 0xff)]) {
      expect(await outcomeOf(bytes)).toBe('unsupported-media');
    }
  });

  it('refuses what begins like an image and is none', async () => {
    const jpeg = await samples.jpeg();
    const start = (magic: string) => Buffer.from(magic.padEnd(400, 'x'), 'latin1');
    for (const bytes of [
      start('\xff\xd8\xff\xe0'),
      start('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'),
      start('GIF89a'),
      start('RIFF\x90\x01\0\0WEBPVP8 '),
      start('\0\0\0\x18ftypavif\0\0\0\0mif1avif'),
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), jpeg]),
      Buffer.concat([Buffer.from('GIF89a'), jpeg]),
    ]) {
      expect(await outcomeOf(bytes)).toBe('undecodable');
    }
  });

  it('refuses a bomb of pixels by its header, without decoding', async () => {
    const header = { width: 15_000, height: 15_000, bitDepth: 1, colourType: 0 } as const;
    const bomb = craftPng(header, [zeroImageData(header)]);
    expect(bomb.length).toBeLessThan(100_000);
    const outcome = await prepare(bomb);
    expect(outcome).toMatchObject({ code: 'image-too-large', detail: expect.stringContaining('at most 50000000 ') });
    // The same answer when there is nothing to decode shows that nothing was decoded.
    expect(await outcomeOf(craftPng(header, [pngChunk('IDAT', Buffer.alloc(0))]))).toBe('image-too-large');
  });

  it('refuses a strip longer than any JPEG', async () => {
    const header = { width: 1, height: 65_536, bitDepth: 8, colourType: 0 } as const;
    expect(await prepare(craftPng(header, [zeroImageData(header)]))).toMatchObject({
      code: 'image-too-large',
      detail: expect.stringContaining('65535'),
    });
  });

  it('refuses a JPEG of countless passes', async () => {
    const jpeg = await samples['progressive jpeg']();
    const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 1, 5, 2, 0x7f]);
    const end = jpeg.length - 2;
    const bomb = Buffer.concat([jpeg.subarray(0, end), ...Array.from({ length: 80 }, () => scan), jpeg.subarray(end)]);
    expect(await prepare(bomb)).toMatchObject({ code: 'image-too-large', detail: expect.stringContaining('64') });
  });

  it('takes the size of a GIF without width from its frames, if there is one', async () => {
    const gif = Buffer.from(await samples.gif());
    gif.writeUInt16LE(0, 6);
    expect(await prepare(gif)).toMatchObject({ kind: 'prepared', facts: { width: 64, height: 12 } });
    const noFrame = Buffer.from('GIF89a\0\0\0\0\0\0\0;', 'latin1');
    expect(await outcomeOf(noFrame)).toBe('undecodable');
  });

  it('marks what only the lenient decoder shows as damaged', async () => {
    const jpeg = await samples.jpeg();
    const behindFirstSegment = 4 + jpeg.readUInt16BE(4);
    const parts = [jpeg.subarray(0, behindFirstSegment), Buffer.alloc(16), jpeg.subarray(behindFirstSegment)];
    expect(await prepare(Buffer.concat(parts))).toMatchObject({ kind: 'prepared', facts: { degraded: ['damaged'] } });
  });

  it.each(kinds)('a cut %s is refused, at every few percent', async (kind) => {
    const whole = await samples[kind]();
    expect(await outcomeOf(whole)).toBe('prepared');
    for (let percent = 0; percent < 99; percent += 3) {
      const cut = whole.subarray(0, Math.floor((whole.length * percent) / 100));
      expect(['undecodable', 'unsupported-media']).toContain(await outcomeOf(cut));
    }
  });

  it('never throws on changed bytes', async () => {
    const originals = new Map(await Promise.all(kinds.map(async (kind) => [kind, await samples[kind]()] as const)));
    const changed = asyncProperty(
      constantFrom(...kinds),
      double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      integer({ min: 0, max: 255 }),
      async (kind, where, value) => {
        const bytes = Buffer.from(originals.get(kind) ?? []);
        bytes[Math.floor(where ** 2 * bytes.length)] = value;
        await prepare(bytes);
      },
    );
    await assert(changed, { numRuns: 200 });
  });

  it('throws when the file cannot be read, since that is not the uploader’s doing', async () => {
    await expect(prepareImage(join(folder, 'missing'), RECIPE, LIMITS)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(prepareImage(folder, RECIPE, LIMITS)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
