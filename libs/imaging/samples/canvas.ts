import { clampShare } from './colour.js';
import type { Colour } from './colour.js';

/** An ellipse in units of the canvas: 1 is the shorter side, (0, 0) its middle, y downwards. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  /** Radians. */
  readonly turn?: number;
  /** Width of the blurred rim as a share of the radius. */
  readonly soft?: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Colour at a place within a figure, in units of its radii: -1..1 both ways. */
export type Fill = (u: number, v: number) => Colour;

/**
 * Pixels to paint on, RGBA. Painters speak in units of the shorter side from the middle, so that one picture fits
 * every size.
 */
export class Canvas {
  readonly pixels: Uint8Array;
  /** Half the width and height in units. */
  readonly halfWidth: number;
  readonly halfHeight: number;
  private readonly unit: number;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8Array(width * height * 4);
    this.unit = Math.min(width, height);
    this.halfWidth = width / this.unit / 2;
    this.halfHeight = height / this.unit / 2;
  }

  /** Paints every pixel. */
  shade(colourAt: (x: number, y: number) => Colour): void {
    this.cover(this.whole, () => 1, colourAt);
  }

  ellipse(shape: Ellipse, fill: Fill): void {
    const { x, y, rx, ry, turn = 0, soft = 0.02 } = shape;
    const reach = Math.max(rx, ry) * (1 + soft);
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const u = (px: number, py: number): number => ((px - x) * cos + (py - y) * sin) / rx;
    const v = (px: number, py: number): number => ((py - y) * cos - (px - x) * sin) / ry;
    const distance = (px: number, py: number): number => Math.sqrt(u(px, py) ** 2 + v(px, py) ** 2);
    this.cover(
      { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach },
      (px, py) => clampShare((1 + soft - distance(px, py)) / (2 * soft)),
      (px, py) => fill(u(px, py), v(px, py)),
    );
  }

  /** A straight stroke with round ends. */
  line(from: readonly [number, number], to: readonly [number, number], thickness: number, colour: Colour): void {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length2 = dx * dx + dy * dy || 1;
    const half = thickness / 2;
    const rim = 1 / this.unit;
    this.cover(
      {
        left: Math.min(from[0], to[0]) - thickness,
        top: Math.min(from[1], to[1]) - thickness,
        right: Math.max(from[0], to[0]) + thickness,
        bottom: Math.max(from[1], to[1]) + thickness,
      },
      (px, py) => {
        const along = clampShare(((px - from[0]) * dx + (py - from[1]) * dy) / length2);
        const distance = Math.hypot(px - from[0] - along * dx, py - from[1] - along * dy);
        return clampShare((half - distance) / rim + 0.5);
      },
      () => colour,
    );
  }

  box(left: number, top: number, right: number, bottom: number, colour: Colour): void {
    this.cover(
      { left, top, right, bottom },
      () => 1,
      () => colour,
    );
  }

  /** Paints what lies under a skyline. */
  below(skyline: (x: number) => number, colourAt: (x: number, y: number) => Colour): void {
    const rim = 2 / this.unit;
    const column = (x: number): number => Math.floor((x + this.halfWidth) * this.unit);
    const heights = Float64Array.from({ length: this.width }, (_, index) =>
      skyline((index + 0.5) / this.unit - this.halfWidth),
    );
    const coverage = (x: number, y: number): number => clampShare((y - (heights[column(x)] ?? 0)) / rim);
    this.cover(this.whole, coverage, colourAt);
  }

  private get whole(): Box {
    return { left: -this.halfWidth, top: -this.halfHeight, right: this.halfWidth, bottom: this.halfHeight };
  }

  /** Lays colour over the pixels of a box, each as far as it is covered (0..1). */
  private cover(
    { left, top, right, bottom }: Box,
    coverage: (x: number, y: number) => number,
    colourAt: (x: number, y: number) => Colour,
  ): void {
    const column = (x: number): number =>
      Math.round(Math.min(this.width, Math.max(0, (x + this.halfWidth) * this.unit)));
    const row = (y: number): number =>
      Math.round(Math.min(this.height, Math.max(0, (y + this.halfHeight) * this.unit)));
    const [firstColumn, lastColumn, lastRow] = [column(left), column(right), row(bottom)];
    for (let pixelY = row(top); pixelY < lastRow; pixelY += 1) {
      const y = (pixelY + 0.5) / this.unit - this.halfHeight;
      for (let pixelX = firstColumn; pixelX < lastColumn; pixelX += 1) {
        const x = (pixelX + 0.5) / this.unit - this.halfWidth;
        const share = coverage(x, y);
        if (share > 0) this.blend((pixelY * this.width + pixelX) * 4, colourAt(x, y), share);
      }
    }
  }

  /** Source over destination (Porter and Duff 1984). */
  private blend(offset: number, colour: Colour, share: number): void {
    const { pixels } = this;
    const under = ((pixels[offset + 3] ?? 0) / 255) * (1 - share);
    const alpha = share + under;
    for (let channel = 0; channel < 3; channel += 1) {
      const mixed = ((colour[channel] ?? 0) * share + (pixels[offset + channel] ?? 0) * under) / alpha;
      pixels[offset + channel] = Math.min(255, Math.max(0, mixed)) + 0.5;
    }
    pixels[offset + 3] = alpha * 255 + 0.5;
  }
}
