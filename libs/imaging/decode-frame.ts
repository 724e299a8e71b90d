import { openUntrusted } from './sharp-settings.js';
import type { Strictness } from './sharp-settings.js';

/** One decoded frame in sRGB, 8 bit per channel, upright, row by row; a fourth channel is alpha, not premultiplied. */
export interface DecodedFrame {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** The strict decoder refused it and the lenient one did not: what is shown may differ between viewers. */
  readonly damaged: boolean;
}

/**
 * Decodes one frame in full: EXIF orientation applied; CMYK, grey, palettes, 16 bit and colour profiles converted.
 * The strict decoder goes first. If it refuses, one that forgives everything but missing data has a second look.
 *
 * @param frame index of an animation's frame; left out for an image with a single one
 * @param pixelsMax pixels of the frame at most
 * @returns undefined when both refuse
 * @throws Error when memory runs out, which is not the image's doing
 */
export async function decodeFrame(
  bytes: Uint8Array,
  frame: number | undefined,
  pixelsMax: number,
): Promise<DecodedFrame | undefined> {
  const strict = await tryDecode(bytes, frame, pixelsMax, 'warning');
  if (strict !== undefined) return { ...strict, damaged: false };
  const lenient = await tryDecode(bytes, frame, pixelsMax, 'truncated');
  return lenient === undefined ? undefined : { ...lenient, damaged: true };
}

async function tryDecode(
  bytes: Uint8Array,
  page: number | undefined,
  pixelsMax: number,
  strictness: Strictness,
): Promise<Omit<DecodedFrame, 'damaged'> | undefined> {
  try {
    const image = openUntrusted(bytes, { strictness, pixelsMax, ...(page === undefined ? {} : { page }) });
    const { data, info } = await image
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
