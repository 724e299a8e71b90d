import { brokenTar, invalidArchive } from './invalid-archive.js';
import type { PackedImagesBuilder } from './packed-images.js';

const BLOCK_BYTES = 512;
const ZEROS = Buffer.alloc(BLOCK_BYTES);
/** Two blocks of zeros end an archive; more fill its last record, of which a large one (`tar -b 2048`) has a megabyte. */
const END_BLOCKS = 2;
const ZERO_BLOCKS_MAX = 2_048;
/** Where a header has the length of what follows it, and what kind of thing that is (POSIX.1-2017, pax, "ustar"). */
const SIZE_AT = 124;
const SIZE_BYTES = 12;
const TYPE_AT = 156;
/** Longer names than any file system takes: nobody needs more about one file. */
const ABOUT_BYTES_MAX = 8_192;
/** Headers about the entry that follows: pax, and GNU's long names and links, old and new. */
const ABOUT_NEXT = ['x', 'L', 'N', 'K'];
const FOLDER = '5';

/**
 * Passes a tar stream on, and looks at each header before its reader does: the reader takes what is said about all
 * entries, up to megabytes of it, and goes through it again for each one; and it goes on behind the end, for as long as there
 * is something.
 *
 * @throws Problem `invalid-archive`; whatever the source throws
 */
export async function* soundTar(
  source: AsyncIterable<Uint8Array>,
  builder: Pick<PackedImagesBuilder, 'countHeader'>,
): AsyncGenerator<Uint8Array> {
  const header = Buffer.alloc(BLOCK_BYTES);
  let filled = 0;
  let skip = 0;
  let zeroBlocks = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.byteLength;) {
      if (skip > 0) {
        const passed = Math.min(skip, chunk.byteLength - at);
        skip -= passed;
        at += passed;
        continue;
      }
      const taken = Math.min(BLOCK_BYTES - filled, chunk.byteLength - at);
      header.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < BLOCK_BYTES) continue;
      filled = 0;
      if (header.equals(ZEROS)) zeroBlocks += 1;
      else if (zeroBlocks >= END_BLOCKS) throw brokenTar();
      else {
        zeroBlocks = 0;
        skip = contentBytesOf(header, builder);
      }
      if (zeroBlocks > ZERO_BLOCKS_MAX) throw brokenTar();
    }
    yield chunk;
  }
}

/** @returns how much follows a header until the next, whole blocks @throws Problem `invalid-archive` */
function contentBytesOf(header: Buffer, builder: Pick<PackedImagesBuilder, 'countHeader'>): number {
  builder.countHeader();
  const bytes = sizeOf(header.subarray(SIZE_AT, SIZE_AT + SIZE_BYTES));
  const type = String.fromCharCode(header[TYPE_AT] ?? 0);
  if (type === 'g') throw invalidArchive('The tar file has a header about all of its files. Pack it without one.');
  if (ABOUT_NEXT.includes(type) && bytes > ABOUT_BYTES_MAX) {
    throw invalidArchive(`The tar file has more than ${ABOUT_BYTES_MAX} bytes to say about one of its files.`);
  }
  // its reader would wait for them for ever
  if (type === FOLDER && bytes > 0) throw invalidArchive('A folder of the tar file says that it has bytes of its own.');
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}

/**
 * Octal digits, or a binary number where the first bit is set (GNU, for what has 8 GB or more).
 *
 * @throws Problem `invalid-archive` for what its reader may take for another number
 */
function sizeOf(field: Buffer): number {
  if (field[0] === 0x80) return Number(field.readBigUInt64BE(4) & 0x1fffffffffffffn);
  const digits = /^ *\0*([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1];
  if (digits === undefined) throw brokenTar();
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}
