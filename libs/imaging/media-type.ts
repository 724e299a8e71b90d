import { fileTypeFromBuffer } from 'file-type';
import type { MediaType } from '#contracts/media-type.js';
import { readBrands } from './heif-brands.js';

/** Leading bytes that suffice to tell the type; what file-type recommends, so that look-alikes are told apart too. */
export const MEDIA_TYPE_HEAD_BYTES = 4100;

/** What the detector says and what we call it. Anything else is not accepted. */
const MEDIA_TYPE_OF = new Map<string, MediaType>([
  ['image/jpeg', 'image/jpeg'],
  ['image/png', 'image/png'],
  ['image/apng', 'image/png'],
  ['image/webp', 'image/webp'],
  ['image/gif', 'image/gif'],
  ['image/avif', 'image/avif'],
  ['image/heif', 'image/avif'],
]);

/**
 * Tells the type of an image by its first `MEDIA_TYPE_HEAD_BYTES` bytes; name and declared type play no part.
 *
 * Of the HEIF family only still AVIF is accepted: by its major brand `avif`, or by the general major brand `mif1`
 * when `avif` is among the compatible brands. The decoder must then find AV1 in it. An AVIF image sequence (major
 * brand `avis`) is an animation that libvips does not open at all, hence unsupported.
 *
 * @returns undefined for everything that is not accepted, unknown or not readable
 */
export async function sniffMediaType(head: Uint8Array): Promise<MediaType | undefined> {
  const mediaType = MEDIA_TYPE_OF.get((await detectMime(head)) ?? '');
  return mediaType === 'image/avif' && !isStillAvif(head) ? undefined : mediaType;
}

async function detectMime(head: Uint8Array): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    // The detector parses containers; bytes that break its parsers are no image of ours.
    return undefined;
  }
}

function isStillAvif(head: Uint8Array): boolean {
  const brands = readBrands(head);
  if (brands === undefined) return false;
  return brands.major === 'avif' || (brands.major === 'mif1' && brands.compatible.includes('avif'));
}
