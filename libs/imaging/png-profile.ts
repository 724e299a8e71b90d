import { constants, inflateSync } from 'node:zlib';
import { CHUNK_HEAD_BYTES, CHUNK_TAIL_BYTES, pngChunks } from './png-chunks.js';

/** Profiles of displays have some kB; those of presses, with tables for four inks, up to 3 MB. */
export const PROFILE_BYTES_MAX = 4 * 2 ** 20;

const ICCP = 0x69_43_43_50;
/** A name of up to 79 bytes and its terminator. */
const NAME_BYTES_MAX = 80;

/**
 * Whether a PNG has more colour profile than is sane: one of more than `PROFILE_BYTES_MAX`, stored or inflated, or more
 * than one, which the specification forbids (PNG, 11.3.2.3). The decoder inflates each of them while it reads the headers.
 *
 * A profile that cannot be inflated is the decoder's to judge: it yields no more there than here.
 */
export function hasExcessiveProfile(bytes: Uint8Array): boolean {
  let profiles = 0;
  for (const { type, start, end } of pngChunks(bytes)) {
    if (type !== ICCP) continue;
    profiles += 1;
    const data = bytes.subarray(start + CHUNK_HEAD_BYTES, end - CHUNK_TAIL_BYTES);
    if (profiles > 1 || data.length > PROFILE_BYTES_MAX || isExcessive(data)) return true;
  }
  return false;
}

/** Name, terminator, compression method (one byte), zlib stream. Without a terminator the decoder skips the chunk. */
function isExcessive(data: Uint8Array): boolean {
  const nameBytes = data.subarray(0, NAME_BYTES_MAX).indexOf(0);
  if (nameBytes < 0) return false;
  try {
    inflateSync(data.subarray(nameBytes + 2), {
      maxOutputLength: PROFILE_BYTES_MAX,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return false;
  } catch (error) {
    return isOutputTooLong(error);
  }
}

const isOutputTooLong = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
