import type { MediaType } from '#contracts/media-type.js';
import type { Preprocessing } from '#contracts/prepared-image.js';

/** What decides whether an image is decoded at a fraction of its size. */
interface Candidate {
  readonly mediaType: MediaType;
  readonly width: number;
  readonly height: number;
}

/** The least reduction is a half, and twice the pixels that the view takes must be left of it on both sides. */
const SIDES_MIN = 2 * 2;

/**
 * Whether the recipe `shrunk-jpeg` applies: to a JPEG whose sides are both at least four times the view's. The JPEG must
 * have an end: a decoder at a fraction of the size crops the last odd rows, and with them may go the only sign
 * that data is missing. What is cut off is decoded in full and found out there.
 */
export function isDecodedShrunk(bytes: Uint8Array, image: Candidate, { decode, size }: Preprocessing): boolean {
  return (
    decode === 'shrunk-jpeg' &&
    image.mediaType === 'image/jpeg' &&
    Math.min(image.width, image.height) >= SIDES_MIN * size &&
    hasEnd(bytes)
  );
}

/** Markers `SOS` and `EOI` (ITU-T T.81, table B.1). */
const START_OF_SCAN = Buffer.from([0xff, 0xda]);
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

/** Whether an end follows the last scan. Coded data holds no markers; a thumbnail that does comes before all scans. */
function hasEnd(bytes: Uint8Array): boolean {
  const jpeg = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = jpeg.lastIndexOf(END_OF_IMAGE);
  return end >= 0 && !jpeg.includes(START_OF_SCAN, end);
}
