import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import sharp from 'sharp';

import { drawSample, type SampleSide } from '#imaging/draw-samples.js';

/** Drawn at this side and enlarged from there: a drawing of 2 megapixels takes a second. */
const DRAWN: SampleSide = { width: 640, height: 480 };
/**
 * Grey levels. Drawn pictures are smoother than photographs and a third of their weight; with this much grain a 640 × 480
 * JPEG weighs some 60 kB, as a photograph does. Decoding time follows the weight.
 */
const GRAIN = 17;
const QUALITY = 82;
const SEED = 12_345;

/** Draws JPEGs that weigh what photographs of their size weigh. The same ones every time. */
export async function drawPhotographs(count: number, { width, height }: SampleSide): Promise<Buffer[]> {
  const photographs: Buffer[] = [];
  for (let index = 0; index < count; index += 1) {
    const { bytes } = await drawSample(index, DRAWN);
    const { data, info } = await sharp(bytes)
      .flatten()
      .resize(width, height, { fit: 'fill' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    addGrain(data, SEED + index);
    photographs.push(await sharp(data, { raw: info }).jpeg({ quality: QUALITY }).toBuffer());
  }
  return photographs;
}

/** Writes JPEGs into a folder. @returns their paths */
export async function storePhotographs(folder: string, photographs: readonly Buffer[]): Promise<string[]> {
  const paths = photographs.map((_, index) => join(folder, `${index}.jpg`));
  await Promise.all(photographs.map((bytes, index) => writeFile(paths[index] ?? '', bytes)));
  return paths;
}

/** Adds the same triangular noise to the three channels of each pixel. Random numbers: xorshift32 (Marsaglia 2003). */
function addGrain(rgb: Buffer, seed: number): void {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let pixel = 0; pixel < rgb.length; pixel += 3) {
    const grain = (next() + next() - 1) * GRAIN;
    for (let at = pixel; at < pixel + 3; at += 1) rgb[at] = Math.min(255, Math.max(0, (rgb[at] ?? 0) + grain));
  }
}
