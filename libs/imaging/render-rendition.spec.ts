import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ImageRejection } from '#contracts/prepared-image.js';

import { encodeAnimation } from './samples/encode-sample.js';
import { Canvas } from './samples/canvas.js';
import { renderRendition, type NoFrame, type Rendition } from './render-rendition.js';
import { openPixels, openUntrusted } from './sharp-settings.js';

const LIMITS = { pixelsMax: 1_000_000, framesMax: 10 };
const SECRET = 'taken at home';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-rendition-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function render(
  bytes: Uint8Array,
  wants: { frame?: number; sizeMax?: number } = {},
): Promise<Rendition | NoFrame | ImageRejection> {
  const file = path.join(folder, 'asset');
  await writeFile(file, bytes);
  return renderRendition(file, { frame: 0, sizeMax: 100, ...wants }, LIMITS);
}

/** A JPEG that says more than its picture, of which the left half is red. */
const photo = (): Promise<Buffer> => {
  const [width, height] = [300, 200];
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at += 1) pixels[at * 3] = at % width < width / 2 ? 255 : 0;
  return openPixels(pixels, { width, height, channels: 3 })
    .jpeg()
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { ImageDescription: SECRET } })
    .toBuffer();
};

describe('a rendition', () => {
  it('is a picture of our own encoder, upright, with nothing else of the file', async () => {
    const file = await photo();
    expect(file.toString('latin1')).toContain(SECRET);
    const rendered = await render(file);
    if (rendered.kind !== 'rendered') throw new Error(JSON.stringify(rendered));
    expect(rendered).toMatchObject({ width: 67, height: 100, frames: 1 });
    const { format, exif, icc, xmp } = await openUntrusted(rendered.webp, {
      strictness: 'warning',
      pixelsMax: 1_000_000,
    }).metadata();
    expect({ format, exif, icc, xmp }).toEqual({ format: 'webp', exif: undefined, icc: undefined, xmp: undefined });
    expect(Buffer.from(rendered.webp).toString('latin1')).not.toContain(SECRET);
  });

  it('is never larger than what came', async () => {
    expect(await render(await photo(), { sizeMax: 2_048 })).toMatchObject({ width: 200, height: 300 });
  });

  it('is of the frame that is asked for, where there is one', async () => {
    const frames = [0, 120, 240].map((grey) => {
      const canvas = new Canvas(40, 30);
      canvas.shade(() => [grey, grey, grey]);
      return canvas;
    });
    const { bytes: gif } = await encodeAnimation(frames, 40, 30);
    const [first, last] = [await render(gif, { frame: 0 }), await render(gif, { frame: 2 })];
    if (first.kind !== 'rendered' || last.kind !== 'rendered') throw new Error('both are there');
    expect([first.frames, last.frames]).toEqual([3, 3]);
    expect(Buffer.from(first.webp).equals(last.webp)).toBe(false);
    expect(await render(gif, { frame: 3 })).toEqual({ kind: 'no-frame', frames: 3 });
  });

  it('is refused for what no decoder here shows, within the limits of all', async () => {
    const file = await photo();
    const cases: [Uint8Array, string][] = [
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'unsupported-media'],
      [Buffer.alloc(0), 'unsupported-media'],
      [file.subarray(0, 30), 'undecodable'],
    ];
    for (const [bytes, code] of cases) expect(await render(bytes)).toMatchObject({ kind: 'rejected', code });
    const large = openPixels(Buffer.alloc(1_100 * 1_000 * 3), { width: 1_100, height: 1_000, channels: 3 });
    expect(await render(await large.jpeg().toBuffer())).toMatchObject({ kind: 'rejected', code: 'image-too-large' });
  });
});
