import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import type { RepeatableSource } from './sources.js';

/**
 * A file of this machine as something to submit. It is read as it is sent, and again at every attempt.
 *
 * @throws the file system's error when it is not there
 */
export async function file(path: string): Promise<RepeatableSource & { readonly bytes: number }> {
  const { size: bytes } = await stat(path);
  return { bytes, open: () => createReadStream(path) };
}
