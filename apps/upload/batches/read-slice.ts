import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';

import type { ArchiveSlice } from '#persistence/bulk-item.js';
import { codeOf } from '#storage/on-disk.js';

import { invalidEntry } from './invalid-archive.js';

/** Opens an archive's bytes from `offset` on, `bytes` of them, one at least. */
export type OpenRange = (offset: number, bytes: number) => Promise<Readable>;

/** Of an archive that is a local file. */
export const rangeOfFile =
  (path: string): OpenRange =>
  (offset, bytes) =>
    Promise.resolve(createReadStream(path, { start: offset, end: offset + bytes - 1 }));

/**
 * The bytes of one file in an archive, unpacked.
 *
 * @throws Problem `invalid-archive` when they are not what the archive's directory says; what `open` throws, and what its
 *   stream does
 */
export async function* readSlice(open: OpenRange, slice: ArchiveSlice): AsyncGenerator<Uint8Array> {
  const { name, storedBytes, bytes, deflated } = slice;
  let seen = 0;
  let sum = 0;
  if (storedBytes > 0) {
    const stored = await open(slice.offset, storedBytes);
    for await (const chunk of deflated ? inflated(stored, name) : (stored as AsyncIterable<Uint8Array>)) {
      seen += chunk.byteLength;
      // stops a bomb where its directory said that it ends
      if (seen > bytes) throw invalidEntry(name, 'unpacks to more bytes than the archive says');
      if (slice.crc32 !== null) sum = crc32(chunk, sum);
      yield chunk;
    }
  }
  if (seen !== bytes) throw invalidEntry(name, 'unpacks to fewer bytes than the archive says');
  if (slice.crc32 !== null && sum !== slice.crc32) throw invalidEntry(name, 'is broken: its checksum differs');
}

async function* inflated(stored: Readable, name: string): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw();
  stored.on('error', (error) => inflate.destroy(error));
  try {
    yield* stored.pipe(inflate) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw codeOf(error).startsWith('Z_') ? invalidEntry(name, 'is broken: it cannot be unpacked') : error;
  } finally {
    stored.destroy();
    inflate.destroy();
  }
}
