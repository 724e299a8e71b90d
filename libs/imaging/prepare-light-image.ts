import type {
  CostlyImage,
  ImageLimits,
  ImageRejection,
  PreparedImage,
  Preprocessing,
  PrepareWants,
} from '#contracts/prepared-image.js';
import { decodeCostMs } from './decode-cost.js';
import { inspectImage } from './inspect-image.js';
import { decodeViews } from './prepare-image.js';
import { readAll } from './read-all.js';
import { fileTooLarge } from './reject-image.js';

/**
 * As `prepareImage`, but puts back an image that is expected to take longer than `decodeMsMax` to decode. Its headers were
 * read then, and none of its pixels.
 *
 * @throws as `prepareImage`
 */
export async function prepareLightImage(
  path: string,
  recipe: Preprocessing,
  limits: ImageLimits,
  wants: PrepareWants = {},
): Promise<PreparedImage | ImageRejection | CostlyImage> {
  const bytes = await readAll(path);
  if (bytes === undefined) return fileTooLarge();
  const image = await inspectImage(bytes, limits);
  if (image.kind === 'rejected') return image;
  const decodeMs = decodeCostMs(image.bytes, image, recipe);
  if (decodeMs > (wants.decodeMsMax ?? Infinity)) return { kind: 'costly', mediaType: image.mediaType, decodeMs };
  return decodeViews(image, recipe, limits, wants);
}
