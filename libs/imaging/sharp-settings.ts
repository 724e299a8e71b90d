import sharp from 'sharp';
import type { Sharp } from 'sharp';

/**
 * Everything that is set on sharp, and the only file that imports it. The settings hold for the whole process
 * from the first import on:
 * - no operation cache: assets never repeat within a process, so it would only hold memory and file handles;
 * - one thread per operation: the owner runs one process per core;
 * - every loader of libvips is blocked but the five of the allow-list. SVG, PDF, TIFF, UltraHDR and the rest cannot
 *   be reached, whatever the bytes claim to be. HEIF means AVIF here: the bundled libheif has no other decoder.
 */
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadHeif',
  ],
});

/** `none` reads on past anything, `truncated` refuses missing data only, `warning` refuses whatever is odd. */
export type Strictness = 'none' | 'truncated' | 'warning';

export interface OpenOptions {
  readonly strictness: Strictness;
  /** Pixels of the opened page; more is refused before one of them is decoded. `false` for headers only. */
  readonly pixelsMax: number | false;
  /** Page of an animation or collection, from 0; left out: the page that is shown first. */
  readonly page?: number;
}

/** Opens bytes of unknown origin, to be shown the way up that EXIF says. Nothing is read before it is asked for. */
export function openUntrusted(bytes: Uint8Array, options: OpenOptions): Sharp {
  return sharp(bytes, {
    failOn: options.strictness,
    limitInputPixels: options.pixelsMax,
    autoOrient: true,
    ...(options.page === undefined ? {} : { page: options.page }),
  });
}

/**
 * Reduces to `size × size`, the aspect ratio ignored, by taking the nearest pixel. With `fastShrinkOnLoad` off, sharp
 * decodes a JPEG at the least of 1/2, 1/4 and 1/8 that leaves twice `size` on both sides; other formats in full.
 */
export function sampleNearest(image: Sharp, size: number): Sharp {
  return image.resize(size, size, { fit: 'fill', kernel: 'nearest', fastShrinkOnLoad: false });
}

/**
 * Reduces to `size × size`, the aspect ratio ignored, by averaging: a triangle filter over all that becomes one pixel,
 * after whole blocks were averaged (libvips' `resize` with kernel `linear`). It has no overshoot, so that no colour appears
 * that was not there. What it makes may differ by a grey level between processors, which have vectors of their own.
 */
export function reduceAveraging(image: Sharp, size: number): Sharp {
  return image.resize(size, size, { fit: 'fill', kernel: 'linear' });
}

/** Good enough to judge by, and a fifth of the bytes of the best. */
const RENDITION_QUALITY = 82;
/** Of 6: the least effort is a third of the time, for a few more bytes. */
const RENDITION_EFFORT = 1;

/** A picture for people: whole, at most `sizeMax` pixels long, never enlarged; metadata and profiles stay behind. */
export function encodeRendition(image: Sharp, sizeMax: number): Sharp {
  return image
    .resize(sizeMax, sizeMax, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .webp({ quality: RENDITION_QUALITY, effort: RENDITION_EFFORT });
}

/** Layout of pixels in memory: 8 bit per channel, row by row; `pageHeight` cuts a strip into frames. */
export interface RawLayout {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly pageHeight?: number;
}

/** Opens our own pixels, to encode or resize them. Whatever bounds them was asked before they were made. */
export function openPixels(pixels: Uint8Array, layout: RawLayout): Sharp {
  return sharp(pixels, { raw: layout, limitInputPixels: false });
}
