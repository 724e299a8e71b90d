import { inspectImage } from '#imaging/inspect-image.js';
import type { MediaType } from '#contracts/media-type.js';
import type { ImageLimits } from '#contracts/prepared-image.js';

/** An image with what its headers say of it. */
export interface BenchImage {
  readonly bytes: Buffer;
  readonly mediaType: MediaType;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
}

/** Generous: whoever runs a benchmark chose the images. */
const LIMITS: ImageLimits = { pixelsMax: 100_000_000, framesMax: 1_000 };

/** @returns undefined for what is no accepted image */
export async function readBenchImage(bytes: Buffer): Promise<BenchImage | undefined> {
  const image = await inspectImage(bytes, LIMITS);
  if (image.kind === 'rejected') return undefined;
  const { mediaType, width, height } = image;
  return { bytes, mediaType, width, height };
}
