import type { ImageLimits, ImageRejection } from '#contracts/prepared-image.js';
import type { CodedPixels } from './avif-pixels.js';
import { PROFILE_BYTES_MAX } from './png-profile.js';

/**
 * Pixels of all frames of an animation together, as a multiple of `pixelsMax`. A late frame is made of all frames
 * before it, so their sum is what an animation costs.
 */
export const ANIMATION_PIXELS_FACTOR = 2;

/**
 * Pixels of all that is stored in an AVIF, as a multiple of `pixelsMax`: colour, alpha, a gain map and some for thumbnails
 * and the rims of tiles.
 */
const CODED_PIXELS_FACTOR = 4;

/** The longest side a JPEG can have. Longer strips of other formats cost the decoder per row, not per pixel. */
export const SIDE_PIXELS_MAX = 65_535;

/** Encoders write about ten, at most some twenty. A scan of 50 megapixels costs about 15 ms. */
export const JPEG_SCANS_MAX = 64;

/** Far above any sensible upload limit, so that no setting can make one file fill the memory. */
export const FILE_BYTES_MAX = 256 * 2 ** 20;

export const unsupportedMedia = (): ImageRejection => ({
  kind: 'rejected',
  code: 'unsupported-media',
  detail:
    'Only JPEG, PNG, WebP, GIF and still AVIF images are accepted, told by their content. ' +
    'Convert the file to one of these types and send it again.',
});

export const undecodable = (): ImageRejection => ({
  kind: 'rejected',
  code: 'undecodable',
  detail:
    'The image is damaged or incomplete and cannot be shown. ' +
    'Open the original, save it again as JPEG or PNG and send the new file.',
});

const tooLarge = (detail: string): ImageRejection => ({ kind: 'rejected', code: 'image-too-large', detail });

export const fileTooLarge = (): ImageRejection =>
  tooLarge(`The file is too large: at most ${FILE_BYTES_MAX} bytes are read. Save the image with fewer pixels.`);

/** What of an image is held against the limits. */
export interface ImageExtent {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

/** Holds an image against the limits. @returns the rejection that names the first limit exceeded, if one is */
export function rejectTooLarge(extent: ImageExtent, limits: ImageLimits): ImageRejection | undefined {
  const { width, height, frames } = extent;
  const pixels = width * height;
  if (pixels > limits.pixelsMax) {
    return tooLarge(
      `The image has ${width} × ${height} = ${pixels} pixels; at most ${limits.pixelsMax} are accepted. ` +
        'Send a smaller version.',
    );
  }
  if (Math.max(width, height) > SIDE_PIXELS_MAX) {
    return tooLarge(
      `The image is ${width} × ${height} pixels; no side may be longer than ${SIDE_PIXELS_MAX}. ` +
        'Send a smaller version.',
    );
  }
  if (frames > limits.framesMax) {
    return tooLarge(
      `The animation has ${frames} frames; at most ${limits.framesMax} are accepted. Send a shorter version.`,
    );
  }
  if (frames > 1 && pixels * frames > ANIMATION_PIXELS_FACTOR * limits.pixelsMax) {
    return tooLarge(
      `The frames of the animation have ${pixels * frames} pixels together; ` +
        `at most ${ANIMATION_PIXELS_FACTOR * limits.pixelsMax} are accepted. Send a smaller or shorter version.`,
    );
  }
  return undefined;
}

/** Holds what an AVIF is stored in against the limits, since it may show much less. @returns as `rejectTooLarge` */
export function rejectTooMuchCoded({ largest, total }: CodedPixels, limits: ImageLimits): ImageRejection | undefined {
  const rejection = rejectTooLarge({ ...largest, frames: 1 }, limits);
  if (rejection !== undefined || total <= CODED_PIXELS_FACTOR * limits.pixelsMax) return rejection;
  return tooLarge(
    `The pictures stored in the AVIF have more than ${CODED_PIXELS_FACTOR * limits.pixelsMax} pixels together, ` +
      'which is the most that is accepted. Send a smaller version.',
  );
}

export const profileTooLarge = (): ImageRejection =>
  tooLarge(
    `The colour profile of the PNG has more than ${PROFILE_BYTES_MAX} bytes, or there are several of them. ` +
      'Convert the image to sRGB and send it again.',
  );

export const tooManyScans = (): ImageRejection =>
  tooLarge(
    `The JPEG is stored in more than ${JPEG_SCANS_MAX} passes, which is the most that is accepted. ` +
      'Save it again as an ordinary (baseline) JPEG.',
  );
