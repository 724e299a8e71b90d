import type { DecodedFrame } from '../decode-frame.js';
import { SMALL_SIDE, tapsAlong, type Taps } from './taps.js';

/** Sides in pixels. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** A longer picture is shortened to this first, its sides kept in proportion, as Meta's reference does. */
const LENGTH_MAX = 512;

/** Brightness of the three channels by ITU-R BT.601. */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];

/**
 * The brightness of a frame in 64 × 64 places, each seen through its window. Transparency is laid on white. Every pixel
 * is read about once: rows are added up first, then the columns of the 64 sums.
 *
 * @param original sides of the picture; the frame may be a smaller sample of it, in other proportions
 * @returns 64 rows of 64 numbers, 0..255
 */
export function shrinkBrightness(frame: DecodedFrame, original: Sides): Float64Array {
  const { width, height, channels } = frame;
  const scale = Math.min(1, LENGTH_MAX / Math.max(original.width, original.height));
  const shortened = (side: number): number => Math.max(1, Math.round(side * scale));
  const columns = tapsAlong(width, shortened(original.width));
  const addRow = channels === 3 ? addOpaqueRow : addClearRow;
  const small = new Float64Array(SMALL_SIDE * SMALL_SIDE);
  const line = new Float64Array(width);
  for (const [row, { first, weights }] of tapsAlong(height, shortened(original.height)).entries()) {
    line.fill(0);
    for (const [index, weight] of weights.entries()) addRow(frame, first + index, weight, line);
    small.set(
      columns.map((taps) => valueOf(taps, line)),
      row * SMALL_SIDE,
    );
  }
  return small;
}

function addOpaqueRow({ pixels, width }: DecodedFrame, row: number, weight: number, line: Float64Array): void {
  const share = weight / 65_536;
  for (let x = 0, at = row * width * 3; x < width; x += 1, at += 3) {
    const bright = 19_595 * (pixels[at] ?? 0) + 38_470 * (pixels[at + 1] ?? 0) + 7_471 * (pixels[at + 2] ?? 0);
    line[x] = (line[x] ?? 0) + share * bright;
  }
}

function addClearRow({ pixels, width }: DecodedFrame, row: number, weight: number, line: Float64Array): void {
  for (let x = 0, at = row * width * 4; x < width; x += 1, at += 4) {
    const bright = RED * (pixels[at] ?? 0) + GREEN * (pixels[at + 1] ?? 0) + BLUE * (pixels[at + 2] ?? 0);
    line[x] = (line[x] ?? 0) + weight * (255 + ((bright - 255) * (pixels[at + 3] ?? 0)) / 255);
  }
}

function valueOf({ first, weights }: Taps, line: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index += 1) sum += (weights[index] ?? 0) * (line[first + index] ?? 0);
  return sum;
}
