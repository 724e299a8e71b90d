/** What the blocks of a GIF say without decoding. */
export interface GifBlocks {
  /** Images that are there in full. */
  readonly frames: number;
  /** Pixels of the rectangle that each of them stores, in order, of so many as are looked at. */
  readonly framePixels: readonly number[];
  /** The bytes end within a block. A missing trailer alone does not count: nothing of a picture is missing. */
  readonly cut: boolean;
}

const HEADER_BYTES = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
/** Introducer and label. */
const EXTENSION_HEADER_BYTES = 2;
/** Where width and height stand in it, each in two bytes. */
const [WIDTH_AT, HEIGHT_AT] = [5, 7];
/** Separator, place and size (8), flags, code size; the colour table of the image stands before the last. */
const IMAGE_HEADER_BYTES = 11;

/**
 * Walks the blocks of a GIF (GIF89a specification, 1990). The decoder shows a frame that ends too early as far as it
 * goes and without a word; this tells. Anything that is no block ends the walk, as it ends the reading of decoders.
 *
 * @param framesMax whose pixels are told
 */
export function readGifBlocks(bytes: Uint8Array, framesMax = 0): GifBlocks {
  const sideAt = (offset: number): number => (bytes[offset] ?? 0) + 256 * (bytes[offset + 1] ?? 0);
  const framePixels: number[] = [];
  let frames = 0;
  let offset = HEADER_BYTES + colourTableBytes(bytes[10] ?? 0);
  while (offset < bytes.length) {
    const kind = bytes[offset];
    if (kind !== EXTENSION && kind !== IMAGE) return { frames, framePixels, cut: false };
    const pixels = sideAt(offset + WIDTH_AT) * sideAt(offset + HEIGHT_AT);
    const image = IMAGE_HEADER_BYTES + colourTableBytes(bytes[offset + 9] ?? 0);
    offset = skipSubBlocks(bytes, offset + (kind === IMAGE ? image : EXTENSION_HEADER_BYTES));
    if (kind !== IMAGE || offset > bytes.length) continue;
    frames += 1;
    if (frames <= framesMax) framePixels.push(pixels);
  }
  return { frames, framePixels, cut: offset > bytes.length };
}

/** A flag byte says in its highest bit whether a table follows, in its lowest three how large it is. */
const colourTableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** Data comes in sub-blocks, a length before each, up to one of length 0. @returns the offset behind the last one */
function skipSubBlocks(bytes: Uint8Array, start: number): number {
  let offset = start;
  while (offset < bytes.length) {
    const length = bytes[offset] ?? 0;
    offset += 1 + length;
    if (length === 0) return offset;
  }
  return bytes.length + 1;
}
