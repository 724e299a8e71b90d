import type { Area, Background, Look, Preprocessing, ViewName } from '#contracts/prepared-image.js';
import { resizeBilinear, resizeBilinearArea, resizeBilinearOver } from './bilinear.js';
import type { DecodedFrame } from './decode-frame.js';
import { openPixels, reduceAveraging } from './sharp-settings.js';
import { tilesOf } from './tiles.js';

/** A view with what it shows. */
export interface NamedView {
  readonly name: ViewName;
  /** `size × size × 3` bytes. */
  readonly pixels: Uint8Array;
}

/** What a frame is beside its pixels. */
export interface FrameFacts {
  /** Its index in the animation. */
  readonly index: number;
  /** The frame that a viewer shows first. */
  readonly first: boolean;
  readonly transparent: boolean;
}

const GREY_LEVEL: Record<Background, number> = { white: 255, black: 0 };

/** Whether anything behind the frame can be seen. */
export function isTransparent(frame: DecodedFrame): boolean {
  if (frame.channels === 3) return false;
  const { pixels } = frame;
  for (let alpha = 3; alpha < pixels.length; alpha += 4) if (pixels[alpha] !== 255) return true;
  return false;
}

/**
 * Views of one frame by the recipe's looks: one of each when it is opaque, else one on each of the recipe's backgrounds.
 * Alpha is never just dropped, since that would show colours that nobody sees.
 */
export async function viewsOfFrame(
  frame: DecodedFrame,
  facts: FrameFacts,
  recipe: Preprocessing,
): Promise<NamedView[]> {
  const views: NamedView[] = [];
  // On an opaque frame every background gives the same view.
  const backgrounds = facts.transparent ? recipe.backgrounds : recipe.backgrounds.slice(0, 1);
  for (const look of recipe.looks ?? REFERENCE_ONLY) {
    for (const tile of areasOf(look, frame, facts, recipe.size)) {
      for (const background of backgrounds) {
        const name: ViewName = {
          look,
          frame: facts.index,
          ...(facts.transparent ? { background } : {}),
          ...(tile === undefined ? {} : { tile }),
        };
        views.push({ name, pixels: await viewOf(frame, { look, tile, background }, recipe.size) });
      }
    }
  }
  return views;
}

const REFERENCE_ONLY: readonly Look[] = ['reference'];

/** The parts of a frame that a look has a view of; `undefined` for all of it. */
function areasOf(
  look: Look,
  { width, height }: DecodedFrame,
  { first }: FrameFacts,
  size: number,
): (Area | undefined)[] {
  switch (look) {
    case 'reference':
      return [undefined];
    case 'antialiased':
      return Math.max(width, height) > size ? [undefined] : [];
    case 'tiles':
      return first ? tilesOf(width, height, size) : [];
  }
}

interface ViewWanted {
  readonly look: Look;
  readonly tile: Area | undefined;
  readonly background: Background;
}

function viewOf(
  frame: DecodedFrame,
  { look, tile, background }: ViewWanted,
  size: number,
): Uint8Array | Promise<Uint8Array> {
  if (look === 'antialiased') return antialiased(frame, background, size);
  return tile === undefined
    ? referenceView(frame, background, size)
    : resizeBilinearArea(frame, tile, size, GREY_LEVEL[background]);
}

/** The whole frame by the reference resize. @returns `size × size × 3` bytes */
export function referenceView(frame: DecodedFrame, background: Background, size: number): Uint8Array {
  const { pixels, width, height } = frame;
  if (frame.channels === 4) return resizeBilinearOver(pixels, width, height, size, GREY_LEVEL[background]);
  // The resize would change nothing.
  if (width === size && height === size) return pixels;
  return resizeBilinear(pixels, width, height, size);
}

/** What is transparent is laid on its background before anything is averaged. */
function antialiased(
  { pixels, width, height, channels }: DecodedFrame,
  background: Background,
  size: number,
): Promise<Uint8Array> {
  return reduceAveraging(openPixels(pixels, { width, height, channels }).flatten({ background }), size)
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
}
