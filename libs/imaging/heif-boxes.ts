/** A box of an ISO base media file, by where its content lies in the file: from `start` to before `end`. */
export interface HeifBox {
  /** Four characters, one per byte. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Of one parent, where real files have some tens. libheif takes 100 in `meta`, but any number beside it. */
export const BOXES_MAX = 100_000;

const HEADER_BYTES = 8;
const LARGE_SIZE_BYTES = 8;

/**
 * Walks the boxes from `from` to `to` (ISO/IEC 14496-12, 4.2): 32 bit of size, type, and 64 bit of size where the first say
 * 1; a size of 0 goes on to the end. A box that is said to be longer than its parent ends with it, one shorter than
 * its own header is the last.
 */
export function* heifBoxes(bytes: Uint8Array, from = 0, to = bytes.length): Generator<HeifBox> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = from;
  for (let boxes = 0; boxes < BOXES_MAX && offset + HEADER_BYTES <= to; boxes += 1) {
    const size = view.getUint32(offset);
    let start = offset + HEADER_BYTES;
    let end = size === 0 ? to : offset + size;
    if (size === 1) {
      start += LARGE_SIZE_BYTES;
      if (start > to) return;
      end = offset + Number(view.getBigUint64(offset + HEADER_BYTES));
    }
    if (end < start) return;
    end = Math.min(end, to);
    yield { type: String.fromCharCode(...bytes.subarray(offset + 4, offset + HEADER_BYTES)), start, end };
    offset = end;
  }
}

/** The boxes of one type among them. */
export function* heifBoxesOf(type: string, bytes: Uint8Array, from?: number, to?: number): Generator<HeifBox> {
  for (const box of heifBoxes(bytes, from, to)) if (box.type === type) yield box;
}
