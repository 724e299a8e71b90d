import type {
  Degradation,
  ImageLimits,
  ImageRejection,
  PerceptualHash,
  PreparedImage,
  Preprocessing,
  PrepareWants,
} from '#contracts/prepared-image.js';
import { chooseFrames } from './choose-frames.js';
import { decodeFrame } from './decode-frame.js';
import { isTransparent, viewsOfFrame, type NamedView } from './frame-views.js';
import { inspectImage } from './inspect-image.js';
import type { InspectedImage } from './inspect-image.js';
import { perceptualHashOf } from './pdq/pdq.js';
import { readAll } from './read-all.js';
import { fileTooLarge, undecodable } from './reject-image.js';
import { isDecodedShrunk } from './shrunk-jpeg.js';

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
  wants: PrepareWants = {},
): Promise<PreparedImage | ImageRejection> {
  const bytes = await readAll(path);
  if (bytes === undefined) return fileTooLarge();
  const image = await inspectImage(bytes, limits);
  return image.kind === 'rejected' ? image : decodeViews(image, recipe, limits, wants);
}

/** One frame is held in memory at a time; what stays of it are its views. */
export async function decodeViews(
  image: InspectedImage,
  recipe: Preprocessing,
  limits: ImageLimits,
  wants: PrepareWants,
): Promise<PreparedImage | ImageRejection> {
  const { mediaType, bytes, width, height, frames, framesDecodable, frameShown, framesHidden } = image;
  const views: NamedView[] = [];
  let alpha = false;
  let damaged = false;
  let perceptual: PerceptualHash | null = null;
  for (const index of chooseFrames(framesDecodable, recipe.framesScoredMax, frameShown)) {
    const frame = await decodeFrame(bytes, {
      pixelsMax: limits.pixelsMax,
      ...(framesDecodable > 1 ? { frame: index } : {}),
      ...(isDecodedShrunk(bytes, image, recipe) ? { sampleSize: recipe.size } : {}),
    });
    if (frame === undefined) return undecodable();
    const transparent = isTransparent(frame);
    views.push(...(await viewsOfFrame(frame, { index, first: index === frameShown, transparent }, recipe)));
    alpha ||= transparent;
    damaged ||= frame.damaged;
    if (wants.perceptual === true) perceptual ??= perceptualHashOf(frame, image);
  }
  const degraded: Degradation[] = [];
  if (damaged) degraded.push('damaged');
  if (framesHidden) degraded.push('frames_not_decoded');
  return {
    kind: 'prepared',
    facts: { mediaType, width, height, frames, alpha, degraded },
    views: views.map(({ pixels }) => pixels),
    viewNames: views.map(({ name }) => name),
    perceptual,
  };
}
