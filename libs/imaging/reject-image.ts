import type { ImageLimits, ImageRejection } from '#contracts/prepared-image.js';

/**
 * Pixels of all frames of an animation together, as a multiple of `pixelsMax`. A late frame is made of all frames
 * before it, so their sum is what an animation costs.
 */
export const ANIMATION_PIXELS_FACTOR = 2;

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

export const tooManyScans = (): ImageRejection =>
  tooLarge(
    `The JPEG is stored in more than ${JPEG_SCANS_MAX} passes, which is the most that is accepted. ` +
      'Save it again as an ordinary (baseline) JPEG.',
  );
