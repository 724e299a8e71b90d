const HEADER_BYTES = 20;
const ELEMENT_BYTES = 8;

/**
 * The numbers of a `real[]` of one dimension, out of what PostgreSQL's `array_send` makes of it: a header (dimensions, flag
 * for NULLs, type, length, lower bound; four bytes each), then of each number its size and its four bytes, all big-endian
 * (src/backend/utils/adt/arrayfuncs.c, array_send). Reading text instead is several times slower.
 *
 * @throws RangeError for what is cut off
 */
export function readReals(sent: Buffer): Float32Array {
  const dimensions = sent.readInt32BE(0);
  const values = new Float32Array(dimensions === 0 ? 0 : sent.readInt32BE(12));
  for (let index = 0; index < values.length; index += 1) {
    values[index] = sent.readFloatBE(HEADER_BYTES + index * ELEMENT_BYTES + 4);
  }
  return values;
}
