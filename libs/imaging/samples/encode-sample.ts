import type { MediaType } from '#contracts/media-type.js';
import { openPixels } from '../sharp-settings.js';
import type { Canvas } from './canvas.js';

export type SampleEncoding = 'jpeg' | 'progressive jpeg' | 'turned jpeg' | 'png' | 'transparent png' | 'webp' | 'avif';

export interface EncodedSample {
  readonly bytes: Buffer;
  readonly mediaType: MediaType;
  readonly extension: string;
}

/** Encodes what was painted. Only `transparent png` keeps what is not painted transparent. */
export async function encodeSample(canvas: Canvas, encoding: SampleEncoding): Promise<EncodedSample> {
  const { width, height } = canvas;
  const image = openPixels(canvas.pixels, { width, height, channels: 4 });
  const opaque = (): typeof image => image.removeAlpha();
  switch (encoding) {
    case 'jpeg':
      return jpeg(await opaque().jpeg({ quality: 86 }).toBuffer());
    case 'progressive jpeg':
      return jpeg(await opaque().jpeg({ quality: 80, progressive: true }).toBuffer());
    case 'turned jpeg':
      // Stored lying on its side, with the EXIF orientation that sets it upright again.
      return jpeg(await opaque().rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 86 }).toBuffer());
    case 'png':
      return { bytes: await opaque().png().toBuffer(), mediaType: 'image/png', extension: 'png' };
    case 'transparent png':
      return { bytes: await image.png().toBuffer(), mediaType: 'image/png', extension: 'png' };
    case 'webp':
      return { bytes: await opaque().webp({ effort: 1 }).toBuffer(), mediaType: 'image/webp', extension: 'webp' };
    case 'avif':
      return { bytes: await opaque().avif({ effort: 0 }).toBuffer(), mediaType: 'image/avif', extension: 'avif' };
  }
}

const jpeg = (bytes: Buffer): EncodedSample => ({ bytes, mediaType: 'image/jpeg', extension: 'jpg' });

/** Encodes frames of one size as an endless GIF. */
export async function encodeAnimation(
  frames: readonly Canvas[],
  width: number,
  height: number,
): Promise<EncodedSample> {
  const strip = Buffer.concat(frames.map((frame) => frame.pixels));
  const layout = { width, height: height * frames.length, channels: 4, pageHeight: height } as const;
  const bytes = await openPixels(strip, layout)
    // Two flat colours and their mixtures at the rim.
    .gif({ effort: 1, colours: 32, delay: frames.map(() => 120) })
    .toBuffer();
  return { bytes, mediaType: 'image/gif', extension: 'gif' };
}
