import { openUntrusted, sampleNearest } from './sharp-settings.js';
import type { Strictness } from './sharp-settings.js';

/**
 * One decoded frame in sRGB, 8 bit per channel, upright, row by row; a fourth channel is alpha, not premultiplied. With
 * `sampleSize` it is a square, whatever the picture's aspect ratio is.
 */
export interface DecodedFrame {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** The strict decoder refused it and the lenient one did not: what is shown may differ between viewers. */
  readonly damaged: boolean;
}

export interface DecodeOptions {
  /** Index of an animation's frame; left out for an image with a single one. */
  readonly frame?: number;
  /** Pixels of the frame at most, as it is stored. */
  readonly pixelsMax: number;
  /** Decode at a fraction of the size, and take `sampleSize × sampleSize` pixels of that; left out: in full. */
  readonly sampleSize?: number;
}

/**
 * Decodes one frame: EXIF orientation applied; CMYK, grey, palettes, 16 bit and colour profiles converted.
 * The strict decoder goes first. If it refuses, one that forgives everything but missing data has a second look.
 *
 * A fault in the last strip of eight decoded rows goes unnoticed: libvips looks for faults before each strip. At a
 * fraction of the size that strip is more of the picture, about 2 % of its height.
 *
 * @returns undefined when both refuse
 * @throws Error when memory runs out, which is not the image's doing
 */
export async function decodeFrame(bytes: Uint8Array, options: DecodeOptions): Promise<DecodedFrame | undefined> {
  const strict = await tryDecode(bytes, options, 'warning');
  if (strict !== undefined) return { ...strict, damaged: false };
  const lenient = await tryDecode(bytes, options, 'truncated');
  return lenient === undefined ? undefined : { ...lenient, damaged: true };
}

async function tryDecode(
  bytes: Uint8Array,
  { frame: page, pixelsMax, sampleSize }: DecodeOptions,
  strictness: Strictness,
): Promise<Omit<DecodedFrame, 'damaged'> | undefined> {
  try {
    const image = openUntrusted(bytes, { strictness, pixelsMax, ...(page === undefined ? {} : { page }) });
    const { data, info } = await (sampleSize === undefined ? image : sampleNearest(image, sampleSize))
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return channels === 3 || channels === 4 ? { pixels: data, width, height, channels } : undefined;
  } catch (error) {
    if (isOutOfMemory(error)) throw new Error('not enough memory to decode an image', { cause: error });
    return undefined;
  }
}

/** The two ways in which libvips and sharp say that an allocation failed. */
const OUT_OF_MEMORY = /out of memory --- size|allocate enough memory/;

const isOutOfMemory = (error: unknown): boolean => error instanceof Error && OUT_OF_MEMORY.test(error.message);
