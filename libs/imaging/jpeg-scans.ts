const MARKER = 0xff;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/**
 * Counts the scans of a JPEG by its markers (ITU-T T.81, annex B), without decoding. Stops at `max`.
 *
 * Every scan of a progressive JPEG is a pass over all coefficients, and the format allows thousands: 200 kB can keep
 * a decoder busy for minutes.
 */
export function countJpegScans(bytes: Uint8Array, max: number): number {
  let scans = 0;
  let offset = bytes.indexOf(MARKER, 2);
  while (offset >= 0 && offset + 1 < bytes.length && scans < max) {
    const code = bytes[offset + 1] ?? 0;
    if (code === END_OF_IMAGE) break;
    if (code === START_OF_SCAN) scans += 1;
    const next = hasLength(code) ? offset + 2 + segmentBytes(bytes, offset + 2) : offset + (code === MARKER ? 1 : 2);
    offset = bytes.indexOf(MARKER, next);
  }
  return scans;
}

/** Stuffed zeros, restart markers, fill bytes, `TEM` and `SOI` carry no length; every other marker does. */
function hasLength(code: number): boolean {
  return code > 0x01 && !(code >= 0xd0 && code <= 0xd8) && code !== MARKER;
}

const segmentBytes = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
