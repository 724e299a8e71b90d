/** Where a chunk of a PNG lies, in bytes from the start of the file. */
export interface PngChunk {
  /** Its four letters as a big-endian number. */
  readonly type: number;
  /** Of its length field. */
  readonly start: number;
  /** Behind its checksum, by the length that it claims: may lie beyond the file. */
  readonly end: number;
}

const SIGNATURE_BYTES = 8;
/** Length and type stand before the data of a chunk, the checksum behind it. */
export const CHUNK_HEAD_BYTES = 8;
export const CHUNK_TAIL_BYTES = 4;

const IEND = 0x49_45_4e_44;

/**
 * Walks the chunks of a PNG up to and with `IEND` (PNG specification, 5.3), in steps of at least twelve bytes. Nothing
 * is checked, and a chunk that goes on beyond the file is the last.
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = SIGNATURE_BYTES;
  while (start + CHUNK_HEAD_BYTES + CHUNK_TAIL_BYTES <= bytes.length) {
    const type = view.getUint32(start + 4);
    const end = start + CHUNK_HEAD_BYTES + view.getUint32(start) + CHUNK_TAIL_BYTES;
    yield { type, start, end };
    if (type === IEND) return;
    start = end;
  }
}
