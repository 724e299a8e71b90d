import { open } from 'node:fs/promises';
import type {
  Degradation,
  ImageLimits,
  ImageRejection,
  PreparedImage,
  Preprocessing,
} from '#contracts/prepared-image.js';
import { chooseFrames } from './choose-frames.js';
import { decodeFrame } from './decode-frame.js';
import { isTransparent, viewsOfFrame } from './frame-views.js';
import { inspectImage } from './inspect-image.js';
import type { InspectedImage } from './inspect-image.js';
import { FILE_BYTES_MAX, fileTooLarge, undecodable } from './reject-image.js';

/**
 * Turns the stored bytes of an asset into views for a model: frame by frame, and for transparent frames on each of
 * the recipe's backgrounds. Bytes are hostile until shown otherwise: allow-list and limits come before decoding.
 *
 * @param path file with the bytes; its name plays no part
 * @returns the views, or a rejection for any bytes that cannot be accepted, whatever is wrong with them
 * @throws Error when the file cannot be read or memory runs out, never because of what the bytes hold
 */
export async function prepareImage(
  path: string,
  recipe: Preprocessing,
  limits: ImageLimits,
): Promise<PreparedImage | ImageRejection> {
  const bytes = await readAll(path);
  if (bytes === undefined) return fileTooLarge();
  const image = await inspectImage(bytes, limits);
  return image.kind === 'rejected' ? image : decodeViews(bytes, image, recipe, limits);
}

/** One frame is held in memory at a time; what stays of it are its views. */
async function decodeViews(
  bytes: Uint8Array,
  image: InspectedImage,
  recipe: Preprocessing,
  limits: ImageLimits,
): Promise<PreparedImage | ImageRejection> {
  const { mediaType, width, height, frames, framesDecodable, frameShown, framesHidden } = image;
  const views: Uint8Array[] = [];
  let alpha = false;
  let damaged = false;
  for (const index of chooseFrames(framesDecodable, recipe.framesScoredMax, frameShown)) {
    const frame = await decodeFrame(bytes, framesDecodable > 1 ? index : undefined, limits.pixelsMax);
    if (frame === undefined) return undecodable();
    const transparent = isTransparent(frame);
    views.push(...viewsOfFrame(frame, transparent, recipe));
    alpha ||= transparent;
    damaged ||= frame.damaged;
  }
  const degraded: Degradation[] = [];
  if (damaged) degraded.push('damaged');
  if (framesHidden) degraded.push('frames_not_decoded');
  return { kind: 'prepared', facts: { mediaType, width, height, frames, alpha, degraded }, views };
}

/**
 * Reads the whole file, so that from here on only the bytes can be at fault, not the disk.
 * @returns undefined when it is too large to be read
 */
async function readAll(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return size > FILE_BYTES_MAX ? undefined : await file.readFile();
  } finally {
    await file.close();
  }
}
