/** Red, green and blue in 0..255. */
export type Colour = readonly [number, number, number];

export const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** Darker below 1, brighter above. */
export const shade = (colour: Colour, light: number): Colour => [
  Math.min(255, colour[0] * light),
  Math.min(255, colour[1] * light),
  Math.min(255, colour[2] * light),
];

/** Hue in turns, saturation and lightness in 0..1 (CSS Color 4, section 7). */
export function hsl(hue: number, saturation: number, lightness: number): Colour {
  const channel = (offset: number): number => {
    const k = (offset + (hue - Math.floor(hue)) * 12) % 12;
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Keeps a share in 0..1. */
export const clampShare = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** From `low` to `high` smoothly from 0 to 1, and flat on both sides. */
export function smoothStep(low: number, high: number, value: number): number {
  const t = clampShare((value - low) / (high - low));
  return t * t * (3 - 2 * t);
}
