import type { MediaType } from '#contracts/media-type.js';
import { readApng } from './apng.js';
import { readBrands } from './heif-brands.js';

import { readGifBlocks } from './gif-blocks.js';
import { readWebpFrames } from './webp-frames.js';

/** What the headers say of an image beyond what the decoder tells. */
export interface FrameClaims {
  /** Frames the file says it has, where it says so; else those that the decoder sees. */
  readonly frames: number;
  /** It has frames that the decoder does not see, although a browser may play them. */
  readonly hidden: boolean;
  /** Data is missing that the decoder does not miss. */
  readonly cut: boolean;
  /** Pixels of the rectangle that each frame of an animation stores, in order; of what is no animation none. */
  readonly framePixels: readonly number[];
}

/** Rectangles of further frames are not looked at: an animation has fewer (`FRAMES_MAX`). */
const RECTANGLES_MAX = 10_000;

/**
 * Looks for what is out of the decoder's sight: the frames of an animated PNG, those of an AVIF that is also an image
 * sequence (compatible brand `avis`), and GIF blocks behind the ones it reads or cut off. Reads headers only.
 *
 * @param decodable frames that the decoder sees
 */
export function readFrameClaims(bytes: Uint8Array, mediaType: MediaType, decodable: number): FrameClaims {
  switch (mediaType) {
    case 'image/png': {
      const apng = readApng(bytes);
      return { frames: Math.max(apng.frames, decodable), hidden: apng.animated, cut: false, framePixels: [] };
    }
    case 'image/gif': {
      const { frames, framePixels, cut } = readGifBlocks(bytes, RECTANGLES_MAX);
      return { frames: Math.max(frames, decodable), hidden: frames > decodable, cut, framePixels };
    }
    case 'image/avif': {
      const hidden = readBrands(bytes)?.compatible.includes('avis') ?? false;
      return { frames: decodable, hidden, cut: false, framePixels: [] };
    }
    case 'image/webp':
      return { frames: decodable, hidden: false, cut: false, framePixels: readWebpFrames(bytes, RECTANGLES_MAX) };
    case 'image/jpeg':
      return { frames: decodable, hidden: false, cut: false, framePixels: [] };
  }
}
