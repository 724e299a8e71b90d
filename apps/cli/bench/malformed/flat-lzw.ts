/** Of GIF's smallest alphabet: four colours. */
export const FLAT_CODE_SIZE = 2;
const CLEAR = 4;
const END = 5;
/** The code of a run of one colour is its length and this, once the table knows it. */
const RUN_BASE = 4;
const TABLE_MAX = 4_096;
const WIDTH_MAX = 12;
const SUB_BLOCK_BYTES_MAX = 255;

/**
 * Pixels of colour 0 in as few bytes as GIF's LZW allows (GIF89a, appendix F): every code stands for a run that is one
 * pixel longer than the one before, until the table is full and is begun anew. 49 megapixels are some 35 kB.
 *
 * @returns sub-blocks with the empty one that ends them; the code size is not among them
 */
export function flatLzw(pixels: number): Buffer {
  const codes = new CodeWriter();
  for (let left = pixels; left > 0;) left -= writeTable(codes, left);
  codes.write(END);
  return subBlocks(codes.bytes());
}

/** Writes codes until the table is full or nothing is left. @returns how many pixels they stand for */
function writeTable(codes: CodeWriter, left: number): number {
  codes.write(CLEAR);
  codes.width = FLAT_CODE_SIZE + 1;
  let written = 0;
  for (let run = 1; written < left && RUN_BASE + run < TABLE_MAX; run += 1) {
    const length = Math.min(run, left - written);
    codes.write(length === 1 ? 0 : RUN_BASE + length);
    written += length;
    // the reader has added the run's code now, and reads the next one with a bit more when its table needs it
    if (run > 1 && RUN_BASE + run + 1 === 2 ** codes.width && codes.width < WIDTH_MAX) codes.width += 1;
  }
  return written;
}

/** Codes of changing width, the lowest bit first. */
class CodeWriter {
  width = FLAT_CODE_SIZE + 1;
  private readonly written: number[] = [];
  private pending = 0;
  private bits = 0;

  write(code: number): void {
    this.pending |= code << this.bits;
    this.bits += this.width;
    for (; this.bits >= 8; this.bits -= 8) {
      this.written.push(this.pending & 0xff);
      this.pending >>>= 8;
    }
  }

  bytes(): Buffer {
    return Buffer.from(this.bits > 0 ? [...this.written, this.pending & 0xff] : this.written);
  }
}

function subBlocks(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += SUB_BLOCK_BYTES_MAX) {
    const block = bytes.subarray(at, at + SUB_BLOCK_BYTES_MAX);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}
