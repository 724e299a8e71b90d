import type { Preprocessing } from '#contracts/prepared-image.js';
import { resizeBilinear, resizeBilinearOver } from './bilinear.js';
import type { DecodedFrame } from './decode-frame.js';

const GREY_LEVEL: Record<Preprocessing['backgrounds'][number], number> = { white: 255, black: 0 };

/** Whether anything behind the frame can be seen. */
export function isTransparent(frame: DecodedFrame): boolean {
  if (frame.channels === 3) return false;
  const { pixels } = frame;
  for (let alpha = 3; alpha < pixels.length; alpha += 4) if (pixels[alpha] !== 255) return true;
  return false;
}

/**
 * Views of one frame: one when it is opaque, else one on each of the recipe's backgrounds. Alpha is never just
 * dropped, since that would show colours that nobody sees.
 *
 * @returns `size × size × 3` bytes each
 */
export function viewsOfFrame(frame: DecodedFrame, transparent: boolean, recipe: Preprocessing): Uint8Array[] {
  const { pixels, width, height } = frame;
  if (frame.channels === 3) {
    // The resize would change nothing.
    if (width === recipe.size && height === recipe.size) return [pixels];
    return [resizeBilinear(pixels, width, height, recipe.size)];
  }
  // On an opaque frame every background gives the same view.
  const backgrounds = transparent ? recipe.backgrounds : recipe.backgrounds.slice(0, 1);
  return backgrounds.map((name) => resizeBilinearOver(pixels, width, height, recipe.size, GREY_LEVEL[name]));
}
