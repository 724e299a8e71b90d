import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { drawSample } from '#imaging/draw-samples.js';
import { openPixels, openUntrusted } from '#imaging/sharp-settings.js';

import { drawPhotographs } from '../photographs.js';
import { readBenchImage, type BenchImage } from './bench-image.js';

/** Images that a candidate's answers are compared on. */
export interface ImageSet {
  readonly name: string;
  readonly images: readonly BenchImage[];
}

/** Drawn with the grain of photographs, of which a recipe for large JPEGs changes every one. */
const GRAINY = 24;
/** One of every kind of drawing, twice. */
const DRAWN = 34;
/** Shorter sides: just above 4 times the view, 2 megapixels, 8 megapixels. */
const SHORTER_SIDES = [900, 1_224, 2_448];
/** What is smaller shows nothing but its own enlargement. */
const ENLARGED_FROM = 300;
const TWO_MEGAPIXELS = { width: 1_632, height: 1_224 };
const QUALITY = 85;

/** Every picture of a folder as it lies there, by name; what is no accepted image is left out. */
export async function imagesOfFolder(folder: string): Promise<BenchImage[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  return readAll(await Promise.all(files.sort().map((file) => readFile(file))));
}

/** The same pictures as large JPEGs, because a folder may hold few that a recipe for large JPEGs changes at all. */
export async function enlarged(images: readonly BenchImage[]): Promise<BenchImage[]> {
  const jpegs: Buffer[] = [];
  for (const { bytes, width, height } of images) {
    const shorter = Math.min(width, height);
    if (shorter < ENLARGED_FROM) continue;
    for (const side of SHORTER_SIDES) {
      const resized = opaque(bytes).resize(
        Math.round((width * side) / shorter),
        Math.round((height * side) / shorter),
        {
          fit: 'fill',
        },
      );
      jpegs.push(await resized.jpeg({ quality: QUALITY }).toBuffer());
    }
  }
  return readAll(jpegs);
}

/** Pieces of 2 megapixels of the pictures that are larger, pixel for pixel: the four corners and the middle. */
export async function cropped(images: readonly BenchImage[]): Promise<BenchImage[]> {
  const jpegs: Buffer[] = [];
  for (const { bytes, width, height } of images) {
    const [right, bottom] = [width - TWO_MEGAPIXELS.width, height - TWO_MEGAPIXELS.height];
    if (right <= 0 || bottom <= 0) continue;
    const { data, info } = await opaque(bytes).raw().toBuffer({ resolveWithObject: true });
    for (const [across, down] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
      [0.5, 0.5],
    ] as const) {
      const [left, top] = [Math.floor(right * across), Math.floor(bottom * down)];
      const piece = openPixels(data, { width: info.width, height: info.height, channels: 3 });
      jpegs.push(
        await piece
          .extract({ left, top, ...TWO_MEGAPIXELS })
          .jpeg({ quality: QUALITY })
          .toBuffer(),
      );
    }
  }
  return readAll(jpegs);
}

export async function drawnImages(): Promise<BenchImage[]> {
  const drawn: Buffer[] = [];
  for (let index = 0; index < DRAWN; index += 1) drawn.push((await drawSample(index)).bytes);
  return readAll(drawn);
}

/** Drawn photographs of 2 megapixels. */
export async function grainyImages(): Promise<BenchImage[]> {
  return readAll(await drawPhotographs(GRAINY, TWO_MEGAPIXELS));
}

export async function readAll(files: readonly Buffer[]): Promise<BenchImage[]> {
  const images: BenchImage[] = [];
  for (const bytes of files) {
    const image = await readBenchImage(bytes);
    if (image !== undefined) images.push(image);
  }
  return images;
}

const opaque = (bytes: Buffer): ReturnType<typeof openUntrusted> =>
  openUntrusted(bytes, { strictness: 'truncated', pixelsMax: false })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .removeAlpha();
