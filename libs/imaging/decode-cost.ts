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
/**
 * Of a frame of an animation that only leads to one that is scored: of what it stores, and of the whole on which it is
 * drawn. It is decoded, and neither converted nor copied. Measured on 100 frames of a drawing that moves.
 */
const PASSED_MS_PER_MEGAPIXEL: Partial<Record<MediaType, { readonly stored: number; readonly drawn: number }>> = {
  'image/gif': { stored: 4, drawn: 0 },
  'image/webp': { stored: 14, drawn: 0.4 },
};
/** Of every pass of a JPEG after the first. */
const SCAN_MS_PER_MEGAPIXEL = 0.75;

const MEGAPIXEL = 1_000_000;

/** What of an image its cost depends on. */
export type DecodeExtent = Pick<
  InspectedImage,
  'mediaType' | 'width' | 'height' | 'framesDecodable' | 'frameShown' | 'framePixels' | 'scans' | 'pixelsCoded'
>;

/**
 * What decoding an image for a recipe is expected to take, in milliseconds, by its headers alone. What an AVIF stores
 * counts, where that is more than it shows; a late frame of an animation is made of all frames before it.
 */
export function decodeCostMs(bytes: Uint8Array, image: DecodeExtent, recipe: Preprocessing): number {
  const { mediaType, width, height, scans, pixelsCoded } = image;
  const isShrunk = isDecodedShrunk(bytes, image, recipe);
  const onceMs = isShrunk ? SHRUNK_JPEG_MS_PER_MEGAPIXEL : MS_PER_MEGAPIXEL[mediaType];
  const perMegapixelMs = onceMs + (scans - 1) * SCAN_MS_PER_MEGAPIXEL;
  const pixels = Math.max(width * height, pixelsCoded);
  const scored = chooseFrames(image.framesDecodable, recipe.framesScoredMax, image.frameShown);
  return (pixels / MEGAPIXEL) * perMegapixelMs * scored.length + passedMs(image, scored);
}

/** What the frames before each that is scored take. Those of which nothing is known store a whole frame. */
function passedMs({ mediaType, width, height, framePixels }: DecodeExtent, scored: readonly number[]): number {
  const perMegapixel = PASSED_MS_PER_MEGAPIXEL[mediaType];
  if (perMegapixel === undefined) return 0;
  const whole = width * height;
  return scored.reduce((sumMs, index) => {
    const known = framePixels.slice(0, index);
    const stored = known.reduce((sum, pixels) => sum + pixels, (index - known.length) * whole);
    return sumMs + (stored * perMegapixel.stored + index * whole * perMegapixel.drawn) / MEGAPIXEL;
  }, 0);
}
