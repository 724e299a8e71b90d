import { CHUNK_HEAD_BYTES, pngChunks } from './png-chunks.js';

/** What the chunks of a PNG say about animation. */
export interface Apng {
  /** Whether a browser may show anything but the still picture in `IDAT`. */
  readonly animated: boolean;
  /** `num_frames` of `acTL`, at least 1. It is a claim: any number may stand there. */
  readonly frames: number;
}

/** A 20 MB file could hold 1.7 million empty chunks; real ones hold some thousand. */
const CHUNKS_MAX = 100_000;

const ACTL = 0x61_63_54_4c;
const FDAT = 0x66_64_41_54;

/**
 * Walks the chunk headers of a PNG (APNG specification, https://wiki.mozilla.org/APNG_Specification).
 *
 * Frame data (`fdAT`) counts whatever `acTL` says: with one declared frame that is not the still picture, a browser
 * shows the frame and never the still picture. A file with more chunks than the bound counts as animated.
 */
export function readApng(bytes: Uint8Array): Apng {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frames = 1;
  let frameData = false;
  let chunks = 0;
  for (const { type, start } of pngChunks(bytes)) {
    if (chunks === CHUNKS_MAX) return { animated: true, frames };
    chunks += 1;
    if (type === FDAT) frameData = true;
    if (type === ACTL) frames = Math.max(frames, view.getUint32(start + CHUNK_HEAD_BYTES));
  }
  return { animated: frames > 1 || frameData, frames };
}
