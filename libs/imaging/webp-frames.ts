const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** `ANMF` as the four bytes of a chunk's name. */
const ANMF = 0x41_4e_4d_46;
/** Where width and height stand in a frame's chunk, each in three bytes and one less than it is. */
const [WIDTH_AT, HEIGHT_AT] = [6, 9];
const FRAME_HEADER_BYTES = 16;

/**
 * Pixels of the rectangle that each frame of an animated WebP stores, in order; empty for a still one (WebP container
 * specification, "Extended file format"). Ends with the bytes, whatever they are.
 *
 * @param max frames that are looked for
 */
export function readWebpFrames(bytes: Uint8Array, max: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sideAt = (offset: number): number => 1 + view.getUint16(offset, true) + view.getUint8(offset + 2) * 65_536;
  const pixels: number[] = [];
  let offset = RIFF_HEADER_BYTES;
  while (offset + CHUNK_HEADER_BYTES + FRAME_HEADER_BYTES <= bytes.length && pixels.length < max) {
    const data = offset + CHUNK_HEADER_BYTES;
    if (view.getUint32(offset) === ANMF) pixels.push(sideAt(data + WIDTH_AT) * sideAt(data + HEIGHT_AT));
    const length = view.getUint32(offset + 4, true);
    offset = data + length + (length % 2);
  }
  return pixels;
}
