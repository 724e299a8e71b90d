import type { Area } from '#contracts/prepared-image.js';

/**
 * TensorFlow's bilinear resize with `align_corners`, not antialiased, the aspect ratio ignored.
 *
 * With `s = (in - 1) / (out - 1)` an output coordinate `o` reads the source at `p = o · s`, between `⌊p⌋` and
 * `min(⌊p⌋ + 1, in - 1)` with the fraction `f = p - ⌊p⌋`; `lerp(a, b, f) = a + (b - a) · f`, first along the row, then
 * down the column. Source: tensorflow/core/kernels/image/resize_bilinear_op.cc, `compute_interpolation_weights` and
 * `compute_lerp`; tfjs's `resizeBilinear(images, size, alignCorners = true)` is the same.
 */
interface Taps {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly fraction: Float64Array;
}

/** Where each output coordinate reads the source, in units of `stride` elements. */
function tapsOf(input: number, output: number, stride: number): Taps {
  const lower = new Int32Array(output);
  const upper = new Int32Array(output);
  const fraction = new Float64Array(output);
  const scale = output > 1 ? (input - 1) / (output - 1) : 0;
  for (let index = 0; index < output; index += 1) {
    const position = index * scale;
    const floor = Math.min(Math.floor(position), input - 1);
    lower[index] = floor * stride;
    upper[index] = Math.min(floor + 1, input - 1) * stride;
    fraction[index] = position - floor;
  }
  return { lower, upper, fraction };
}

/**
 * Resizes to a square, exactly as the models were trained (see the formula above), rounded to the nearest grey level.
 *
 * @param rgb `width × height × 3` bytes, row by row
 * @param size side of the output in pixels, at least 1
 * @returns `size × size × 3` bytes
 */
export function resizeBilinear(rgb: Uint8Array, width: number, height: number, size: number): Uint8Array {
  checkLength(rgb, width * height * 3);
  return sample(rgb, tapsOf(width, size, 3), tapsOf(height, size, width * 3), size);
}

function sample(rgb: Uint8Array, columns: Taps, rows: Taps, size: number): Uint8Array {
  const out = new Uint8Array(size * size * 3);
  let to = 0;
  // One loop over everything: a function per row or pixel takes twice the time.
  for (let y = 0; y < size; y += 1) {
    const top = rows.lower[y] ?? 0;
    const bottom = rows.upper[y] ?? 0;
    const down = rows.fraction[y] ?? 0;
    for (let x = 0; x < size; x += 1) {
      const left = columns.lower[x] ?? 0;
      const right = columns.upper[x] ?? 0;
      const along = columns.fraction[x] ?? 0;
      for (let channel = 0; channel < 3; channel += 1, to += 1) {
        const topLeft = rgb[top + left + channel] ?? 0;
        const bottomLeft = rgb[bottom + left + channel] ?? 0;
        const above = topLeft + ((rgb[top + right + channel] ?? 0) - topLeft) * along;
        const below = bottomLeft + ((rgb[bottom + right + channel] ?? 0) - bottomLeft) * along;
        out[to] = above + (below - above) * down + 0.5;
      }
    }
  }
  return out;
}

/**
 * The same for a picture with transparency, laid on a grey ground first: `(c · α + ground · (255 - α)) / 255`,
 * rounded, for every source pixel that is read.
 *
 * @param rgba `width × height × 4` bytes, colours not premultiplied
 * @param ground grey level of the background, 0 for black to 255 for white
 */
export function resizeBilinearOver(
  rgba: Uint8Array,
  width: number,
  height: number,
  size: number,
  ground: number,
): Uint8Array {
  checkLength(rgba, width * height * 4);
  return sampleOver(rgba, { columns: tapsOf(width, size, 4), rows: tapsOf(height, size, width * 4) }, size, ground);
}

/** Pixels row by row, three or four bytes each. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/**
 * The same for a part of a picture, as if that part were all of it. No pixel is copied.
 *
 * @param area lies within the picture
 * @param ground grey level that transparency is laid on; without effect where there is none
 */
export function resizeBilinearArea(picture: Picture, area: Area, size: number, ground: number): Uint8Array {
  const { pixels, width, height, channels } = picture;
  checkLength(pixels, width * height * channels);
  const { left, top } = area;
  if (Math.min(left, top) < 0 || left + area.width > width || top + area.height > height) {
    throw new RangeError(`${area.width} × ${area.height} at ${left}, ${top} is not within ${width} × ${height}`);
  }
  const part = pixels.subarray((top * width + left) * channels);
  const taps = { columns: tapsOf(area.width, size, channels), rows: tapsOf(area.height, size, width * channels) };
  return channels === 3 ? sample(part, taps.columns, taps.rows, size) : sampleOver(part, taps, size, ground);
}

function sampleOver(
  rgba: Uint8Array,
  { columns, rows }: { readonly columns: Taps; readonly rows: Taps },
  size: number,
  ground: number,
): Uint8Array {
  const out = new Uint8Array(size * size * 3);
  const lay = (pixel: number, channel: number): number =>
    layOver(rgba[pixel + channel] ?? 0, rgba[pixel + 3] ?? 0, ground);
  let to = 0;
  for (let y = 0; y < size; y += 1) {
    const top = rows.lower[y] ?? 0;
    const bottom = rows.upper[y] ?? 0;
    const down = rows.fraction[y] ?? 0;
    for (let x = 0; x < size; x += 1) {
      const left = columns.lower[x] ?? 0;
      const right = columns.upper[x] ?? 0;
      const along = columns.fraction[x] ?? 0;
      for (let channel = 0; channel < 3; channel += 1, to += 1) {
        const topLeft = lay(top + left, channel);
        const bottomLeft = lay(bottom + left, channel);
        const above = topLeft + (lay(top + right, channel) - topLeft) * along;
        const below = bottomLeft + (lay(bottom + right, channel) - bottomLeft) * along;
        out[to] = above + (below - above) * down + 0.5;
      }
    }
  }
  return out;
}

function checkLength(pixels: Uint8Array, expected: number): void {
  if (pixels.length !== expected || expected === 0) {
    throw new RangeError(`expected ${expected} bytes of pixels, got ${pixels.length}`);
  }
}

/** For a pixel that hides what is behind it the formula gives the colour itself. */
const layOver = (colour: number, alpha: number, ground: number): number =>
  alpha === 255 ? colour : Math.floor((colour * alpha + ground * (255 - alpha)) / 255 + 0.5);
