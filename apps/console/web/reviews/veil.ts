import type { Finding } from '#moderation/label.js';

import type { Personal } from '../personal/personal.js';

/** The least that a small picture is blurred by where its label is blurred at all. */
const SMALL_BLUR_PX = 2;

/**
 * How a picture is veiled: blurred as a person has set it for the worst label that stands against it, and without colour.
 *
 * @param scale how large it is drawn, 1 being an item's picture of its own
 * @returns a CSS `filter`
 */
export function veilOf({ blurPx, grey }: Personal, labels: readonly Finding[], scale = 1): string {
  const px = labels.length === 0 ? blurPx.other : Math.max(...labels.map((label) => blurPx[label]));
  const scaled = px === 0 ? 0 : Math.max(SMALL_BLUR_PX, px * scale);
  const veil = [scaled > 0 ? `blur(${scaled.toFixed(1)}px)` : '', grey ? 'grayscale(1)' : ''].filter(Boolean).join(' ');
  return veil === '' ? 'none' : veil;
}
