import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import type { ByteStream, RepeatableSource } from './sources.js';

/**
 * A file of this machine as something to submit. It is read as it is sent, and again at every attempt; a pipe or a device
 * is read once.
 *
 * @throws the file system's error when it is not there
 */
export async function file(path: string): Promise<(RepeatableSource & { readonly bytes: number }) | ReadStream> {
  const stats = await stat(path);
  if (!stats.isFile()) return once(path);
  const bytes = stats.size;
  // what is written to it meanwhile is not sent
  const open = (): ByteStream => (bytes === 0 ? new Blob([]).stream() : createReadStream(path, { end: bytes - 1 }));
  return { bytes, open };
}

function once(path: string): ReadStream {
  const stream = createReadStream(path);
  // told to whoever reads it
  stream.on('error', () => undefined);
  return stream;
}
