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

/** Writes one source row, interpolated along its columns, to `out` as `size × 3` numbers. */
type LerpRow = (rowOffset: number, out: Float64Array) => void;

/**
 * Resizes to a square, exactly as the models were trained (see the formula above), rounded to the nearest grey level.
 *
 * @param rgb `width × height × 3` bytes, row by row
 * @param size side of the output in pixels, at least 1
 * @returns `size × size × 3` bytes
 */
export function resizeBilinear(rgb: Uint8Array, width: number, height: number, size: number): Uint8Array {
  checkLength(rgb, width * height * 3);
  const columns = tapsOf(width, size, 3);
  const rows = tapsOf(height, size, width * 3);
  return resizeRows(rows, size, (rowOffset, out) => lerpRgbRow(rgb, rowOffset, columns, out));
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
  const columns = tapsOf(width, size, 4);
  const rows = tapsOf(height, size, width * 4);
  return resizeRows(rows, size, (rowOffset, out) => lerpRgbaRow(rgba, rowOffset, columns, ground, out));
}

function checkLength(pixels: Uint8Array, expected: number): void {
  if (pixels.length !== expected || expected === 0) {
    throw new RangeError(`expected ${expected} bytes of pixels, got ${pixels.length}`);
  }
}

function resizeRows(rows: Taps, size: number, lerpRow: LerpRow): Uint8Array {
  const out = new Uint8Array(size * size * 3);
  const rowLength = size * 3;
  let upperRow = new Float64Array(rowLength);
  let lowerRow = new Float64Array(rowLength);
  let upperOffset = -1;
  let lowerOffset = -1;
  for (let y = 0; y < size; y += 1) {
    const top = rows.lower[y] ?? 0;
    const bottom = rows.upper[y] ?? 0;
    const fraction = rows.fraction[y] ?? 0;
    // Enlarging, neighbouring output rows lie between the same source rows or move on by one: reuse what is there.
    if (top !== upperOffset && top === lowerOffset) {
      [upperRow, lowerRow] = [lowerRow, upperRow];
      [upperOffset, lowerOffset] = [lowerOffset, upperOffset];
    }
    if (top !== upperOffset) lerpRow((upperOffset = top), upperRow);
    if (bottom !== lowerOffset) lerpRow((lowerOffset = bottom), lowerRow);
    blendRows(upperRow, lowerRow, fraction, out, y * rowLength);
  }
  return out;
}

function blendRows(top: Float64Array, bottom: Float64Array, fraction: number, out: Uint8Array, start: number): void {
  for (let index = 0; index < top.length; index += 1) {
    const a = top[index] ?? 0;
    const b = bottom[index] ?? 0;
    out[start + index] = a + (b - a) * fraction + 0.5;
  }
}

function lerpRgbRow(rgb: Uint8Array, rowOffset: number, columns: Taps, out: Float64Array): void {
  const { lower, upper, fraction } = columns;
  for (let x = 0, to = 0; x < lower.length; x += 1) {
    const left = rowOffset + (lower[x] ?? 0);
    const right = rowOffset + (upper[x] ?? 0);
    const f = fraction[x] ?? 0;
    for (let channel = 0; channel < 3; channel += 1, to += 1) {
      const a = rgb[left + channel] ?? 0;
      const b = rgb[right + channel] ?? 0;
      out[to] = a + (b - a) * f;
    }
  }
}

function lerpRgbaRow(rgba: Uint8Array, rowOffset: number, columns: Taps, ground: number, out: Float64Array): void {
  const { lower, upper, fraction } = columns;
  for (let x = 0, to = 0; x < lower.length; x += 1) {
    const left = rowOffset + (lower[x] ?? 0);
    const right = rowOffset + (upper[x] ?? 0);
    const f = fraction[x] ?? 0;
    const leftAlpha = rgba[left + 3] ?? 0;
    const rightAlpha = rgba[right + 3] ?? 0;
    for (let channel = 0; channel < 3; channel += 1, to += 1) {
      const a = layOver(rgba[left + channel] ?? 0, leftAlpha, ground);
      const b = layOver(rgba[right + channel] ?? 0, rightAlpha, ground);
      out[to] = a + (b - a) * f;
    }
  }
}

const layOver = (colour: number, alpha: number, ground: number): number =>
  Math.floor((colour * alpha + ground * (255 - alpha)) / 255 + 0.5);
