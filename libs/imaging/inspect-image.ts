import type { Metadata } from 'sharp';
import type { MediaType } from '#contracts/media-type.js';
import type { ImageLimits, ImageRejection } from '#contracts/prepared-image.js';
import { readCodedPixels } from './avif-pixels.js';
import { readFrameClaims } from './frame-claims.js';
import { countJpegScans } from './jpeg-scans.js';
import { MEDIA_TYPE_HEAD_BYTES, sniffMediaType } from './media-type.js';
import { hasExcessiveProfile } from './png-profile.js';
import { withoutText } from './png-text.js';
import {
  JPEG_SCANS_MAX,
  profileTooLarge,
  rejectTooLarge,
  rejectTooMuchCoded,
  tooManyScans,
  undecodable,
  unsupportedMedia,
} from './reject-image.js';
import { openUntrusted } from './sharp-settings.js';

/** What is known of an image before a pixel of it is decoded. */
export interface InspectedImage {
  readonly kind: 'inspected';
  readonly mediaType: MediaType;
  /** What is to be decoded: the bytes that were inspected, but for the text of a PNG. */
  readonly bytes: Uint8Array;
  /** Pixels of one frame, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Frames the file says it has, at least 1. */
  readonly frames: number;
  /** Frames that can be decoded, at least 1. */
  readonly framesDecodable: number;
  /** The frame that a viewer shows first. */
  readonly frameShown: number;
  /** Whether it carries frames that cannot be decoded here. */
  readonly framesHidden: boolean;
  /** Passes in which a JPEG is stored; 1 for everything else. */
  readonly scans: number;
  /** Pixels in which an AVIF is stored, alpha and what it crops off among them; 0 for everything else. */
  readonly pixelsCoded: number;
  /** Pixels that each frame of an animation stores, in order; empty for everything else. */
  readonly framePixels: readonly number[];
}

/** The names sharp gives to the formats of the allow-list. */
const FORMATS: Record<MediaType, string> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'heif',
};

/**
 * Reads the headers of an image and holds them against allow-list and limits.
 *
 * Two readers must agree on the format: the sniffer and the decoder. A file that is one thing to the first and
 * another to the second (a polyglot) is refused. The decoder never sees what it would inflate without bound.
 */
export async function inspectImage(file: Uint8Array, limits: ImageLimits): Promise<InspectedImage | ImageRejection> {
  const mediaType = await sniffMediaType(file.subarray(0, MEDIA_TYPE_HEAD_BYTES));
  if (mediaType === undefined) return unsupportedMedia();
  if (mediaType === 'image/png' && hasExcessiveProfile(file)) return profileTooLarge();
  const bytes = mediaType === 'image/png' ? withoutText(file) : file;
  const metadata = await readMetadata(bytes);
  if (metadata === undefined) return undecodable();
  if (metadata.format !== FORMATS[mediaType]) return unsupportedMedia();

  const { width, height } = metadata.autoOrient;
  const framesDecodable = metadata.pages ?? 1;
  const claims = readFrameClaims(bytes, mediaType, framesDecodable);
  const { frames, hidden: framesHidden, framePixels } = claims;
  const coded = mediaType === 'image/avif' ? readCodedPixels(bytes) : undefined;
  const rejection =
    rejectTooLarge({ width, height, frames }, limits) ??
    (coded === undefined ? undefined : rejectTooMuchCoded(coded, limits));
  if (rejection !== undefined) return rejection;
  if (claims.cut) return undecodable();
  const scans = mediaType === 'image/jpeg' ? countJpegScans(bytes, JPEG_SCANS_MAX + 1) : 1;
  if (scans > JPEG_SCANS_MAX) return tooManyScans();

  const frameShown = metadata.pagePrimary ?? 0;
  return {
    kind: 'inspected',
    mediaType,
    bytes,
    width,
    height,
    frames,
    framesDecodable,
    frameShown,
    framesHidden,
    scans,
    pixelsCoded: coded?.total ?? 0,
    framePixels,
  };
}

async function readMetadata(bytes: Uint8Array): Promise<Metadata | undefined> {
  try {
    return await openUntrusted(bytes, { strictness: 'none', pixelsMax: false }).metadata();
  } catch {
    // Headers are read from memory, so nothing but the bytes can be at fault.
    return undefined;
  }
}
