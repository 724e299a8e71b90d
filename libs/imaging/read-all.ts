import { open, type FileHandle } from 'node:fs/promises';
import { FILE_BYTES_MAX } from './reject-image.js';

/**
 * Reads the whole file, so that from here on only the bytes can be at fault, not the disk.
 *
 * @returns undefined when it is too large to be read
 * @throws Error when it cannot be read
 */
export async function readAll(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return size > FILE_BYTES_MAX ? undefined : await readBytes(file, size);
  } finally {
    await file.close();
  }
}

/** Straight into one buffer of the right size: `readFile` reads by the piece and joins the pieces. */
async function readBytes(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let read = 0;
  while (read < size) {
    const { bytesRead } = await file.read(bytes, read, size - read, read);
    if (bytesRead === 0) break; // it became shorter meanwhile
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}
