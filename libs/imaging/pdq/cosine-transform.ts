import { SMALL_SIDE } from './taps.js';

/** Frequencies that are kept in each direction. */
export const FREQUENCIES = 16;

/** `√(2/64) · cos(π/128 · (f + 1) · (2x + 1))`: the cosine transform (type II) without its constant part, row by row. */
const COSINES = Float64Array.from({ length: FREQUENCIES * SMALL_SIDE }, (_, index) => {
  const frequency = Math.floor(index / SMALL_SIDE) + 1;
  const x = index % SMALL_SIDE;
  return Math.sqrt(2 / SMALL_SIDE) * Math.cos((Math.PI / (2 * SMALL_SIDE)) * frequency * (2 * x + 1));
});

/**
 * The 16 × 16 lowest frequencies, but the constant ones, of a picture of 64 × 64: `D · picture · Dᵀ`.
 * @returns row by row, the vertical frequency being that of the row
 */
export function lowFrequencies(picture: Float64Array): Float64Array {
  const across = new Float64Array(SMALL_SIDE * FREQUENCIES);
  for (let y = 0; y < SMALL_SIDE; y += 1) {
    for (let frequency = 0; frequency < FREQUENCIES; frequency += 1) {
      let sum = 0;
      for (let x = 0; x < SMALL_SIDE; x += 1) {
        sum += (COSINES[frequency * SMALL_SIDE + x] ?? 0) * (picture[y * SMALL_SIDE + x] ?? 0);
      }
      across[y * FREQUENCIES + frequency] = sum;
    }
  }
  const both = new Float64Array(FREQUENCIES * FREQUENCIES);
  for (let down = 0; down < FREQUENCIES; down += 1) {
    for (let frequency = 0; frequency < FREQUENCIES; frequency += 1) {
      let sum = 0;
      for (let y = 0; y < SMALL_SIDE; y += 1) {
        sum += (COSINES[down * SMALL_SIDE + y] ?? 0) * (across[y * FREQUENCIES + frequency] ?? 0);
      }
      both[down * FREQUENCIES + frequency] = sum;
    }
  }
  return both;
}
