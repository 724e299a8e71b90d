/** What the chunks of a PNG say about animation. */
export interface Apng {
  /** Whether a browser may show anything but the still picture in `IDAT`. */
  readonly animated: boolean;
  /** `num_frames` of `acTL`, at least 1. It is a claim: any number may stand there. */
  readonly frames: number;
}

const SIGNATURE_BYTES = 8;
/** Length, type and checksum of a chunk. */
const CHUNK_FRAME_BYTES = 12;
/** A 20 MB file could hold 1.7 million empty chunks; real ones hold some thousand. */
const CHUNKS_MAX = 100_000;

const ACTL = 0x61_63_54_4c;
const FDAT = 0x66_64_41_54;
const IEND = 0x49_45_4e_44;

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
  let offset = SIGNATURE_BYTES;
  for (let chunks = 0; offset + CHUNK_FRAME_BYTES <= bytes.length; chunks += 1) {
    if (chunks === CHUNKS_MAX) return { animated: true, frames };
    const type = view.getUint32(offset + 4);
    if (type === IEND) break;
    if (type === FDAT) frameData = true;
    if (type === ACTL) frames = Math.max(frames, view.getUint32(offset + 8));
    offset += CHUNK_FRAME_BYTES + view.getUint32(offset);
  }
  return { animated: frames > 1 || frameData, frames };
}
