import type { ImageLimits, ImageRejection } from '#contracts/prepared-image.js';

import { inspectImage } from './inspect-image.js';
import { readAll } from './read-all.js';
import { fileTooLarge, undecodable } from './reject-image.js';
import { encodeRendition, openUntrusted, type Strictness } from './sharp-settings.js';

/** Which picture of a file is wanted. */
export interface RenditionWants {
  /** Index of an animation's frame, from 0. */
  readonly frame: number;
  /** Pixels of the longer side at most; nothing is enlarged. */
  readonly sizeMax: number;
}

/** A picture to look at: WebP, sRGB, upright, of our own encoder, with nothing else of the file in it. */
export interface Rendition {
  readonly kind: 'rendered';
  readonly webp: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Frames that can be asked for. */
  readonly frames: number;
}

/** There is no frame of this index. */
export interface NoFrame {
  readonly kind: 'no-frame';
  readonly frames: number;
}

/**
 * Makes a picture of one frame of a file of unknown origin, in the bounds of every decoder here: allow-list and limits
 * before a pixel is decoded. What the strict decoder refuses is shown as viewers may show it.
 *
 * @param path file with the bytes; its name plays no part
 * @throws Error when the file cannot be read, never because of what the bytes hold
 */
export async function renderRendition(
  path: string,
  wants: RenditionWants,
  limits: ImageLimits,
): Promise<Rendition | NoFrame | ImageRejection> {
  const file = await readAll(path);
  if (file === undefined) return fileTooLarge();
  const image = await inspectImage(file, limits);
  if (image.kind === 'rejected') return image;
  const { bytes, framesDecodable: frames } = image;
  if (wants.frame >= frames) return { kind: 'no-frame', frames };
  for (const strictness of ['warning', 'truncated'] as const) {
    const page = frames > 1 ? { page: wants.frame } : {};
    const rendered = await tryRender(bytes, { strictness, pixelsMax: limits.pixelsMax, ...page }, wants.sizeMax);
    if (rendered !== undefined) return { ...rendered, frames };
  }
  return undecodable();
}

async function tryRender(
  bytes: Uint8Array,
  options: { readonly strictness: Strictness; readonly pixelsMax: number; readonly page?: number },
  sizeMax: number,
): Promise<Omit<Rendition, 'frames'> | undefined> {
  try {
    const image = encodeRendition(openUntrusted(bytes, options), sizeMax);
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return { kind: 'rendered', webp: data, width: info.width, height: info.height };
  } catch {
    // whatever is wrong with the bytes; a process that has no memory left is ended by whoever waits for it
    return undefined;
  }
}
