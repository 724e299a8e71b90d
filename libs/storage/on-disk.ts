import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

import { StorageLate, TooManyBytes } from './errors.js';

/** A body comes in pieces of some 64 kB; each write costs a turn of the thread pool, so that most bodies are one write. */
const WRITE_BYTES = 262_144;

/**
 * Copies a stream into a file while hashing it.
 *
 * @returns how many bytes there were
 * @throws TooManyBytes above `bytesMax`; whatever the source throws
 */
export async function copy(
  source: AsyncIterable<Uint8Array>,
  file: FileHandle,
  hash: Hash,
  bytesMax: number,
): Promise<number> {
  let bytes = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const flush = async (): Promise<void> => {
    if (heldBytes > 0) await file.appendFile(Buffer.concat(held)); // `write` may take a part of it and say so to nobody
    held = [];
    heldBytes = 0;
  };
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new TooManyBytes(`more than ${bytesMax} bytes`);
    hash.update(chunk);
    held.push(chunk);
    heldBytes += chunk.byteLength;
    if (heldBytes >= WRITE_BYTES) await flush();
  }
  await flush();
  return bytes;
}

/** A disk that is full or fails, a share that has gone, a right that was lost, a folder that was let go for that. */
const PASSING = [
  ...['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENODEV', 'ENXIO'],
  ...['ESTALE', 'ENOTCONN', 'EREMOTEIO', 'EBADF'],
];

/** @throws StorageLate for the disk's trouble; anything else as it came */
export async function withDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (PASSING.includes(codeOf(error))) throw new StorageLate('the disk does not take the bytes', { cause: error });
    throw error;
  }
}

/** For what need not be there. @throws the error when it says anything else */
export function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

/** The system's word for an error; empty where it has none. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
