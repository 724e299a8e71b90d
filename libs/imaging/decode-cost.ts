import type { MediaType } from '#contracts/media-type.js';
import type { Preprocessing } from '#contracts/prepared-image.js';
import { chooseFrames } from './choose-frames.js';
import type { InspectedImage } from './inspect-image.js';
import { isDecodedShrunk } from './shrunk-jpeg.js';

/**
 * Milliseconds of one core per megapixel, measured on grainy drawings of 4 MP (docs/decisions/0014-costly-pictures.md). What a
 * picture holds makes it 0.2 to 2.5 times as much; how fast a machine is, is learned while it runs.
 */
const MS_PER_MEGAPIXEL: Record<MediaType, number> = {
  'image/jpeg': 5,
  'image/png': 12,
  'image/webp': 23,
  'image/gif': 10,
  'image/avif': 60,
};
const SHRUNK_JPEG_MS_PER_MEGAPIXEL = 3;
/** Of every pass of a JPEG after the first. */
const SCAN_MS_PER_MEGAPIXEL = 0.75;

const MEGAPIXEL = 1_000_000;

/** What of an image its cost depends on. */
export type DecodeExtent = Pick<
  InspectedImage,
  'mediaType' | 'width' | 'height' | 'framesDecodable' | 'frameShown' | 'scans' | 'pixelsCoded'
>;

/**
 * What decoding an image for a recipe is expected to take, in milliseconds, by its headers alone. What an AVIF stores
 * counts, where that is more than it shows.
 */
export function decodeCostMs(bytes: Uint8Array, image: DecodeExtent, recipe: Preprocessing): number {
  const { mediaType, width, height, scans, pixelsCoded } = image;
  const isShrunk = isDecodedShrunk(bytes, image, recipe);
  const onceMs = isShrunk ? SHRUNK_JPEG_MS_PER_MEGAPIXEL : MS_PER_MEGAPIXEL[mediaType];
  const perMegapixelMs = onceMs + (scans - 1) * SCAN_MS_PER_MEGAPIXEL;
  const pixels = Math.max(width * height, pixelsCoded);
  return ((pixels * framesDecoded(image, recipe)) / MEGAPIXEL) * perMegapixelMs;
}

/** A late frame of an animation is made of all frames before it. */
function framesDecoded({ framesDecodable, frameShown }: DecodeExtent, { framesScoredMax }: Preprocessing): number {
  if (framesDecodable === 1) return 1;
  return chooseFrames(framesDecodable, framesScoredMax, frameShown).reduce((sum, index) => sum + index + 1, 0);
}
