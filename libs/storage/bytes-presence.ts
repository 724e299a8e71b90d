import { constants } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { BytesPresence } from './asset-bytes.js';
import { BytesUnreadable, StorageLate } from './errors.js';
import { codeOf, ignoreMissing } from './on-disk.js';

/**
 * Looks for an asset's file without reading it. A place that is there holds at least one asset's folder: without any it
 * is taken to be away.
 *
 * @param path `<place>/<folder>/<asset>`
 */
export async function bytesPresence(path: string): Promise<BytesPresence> {
  try {
    if (await isThere(path)) return 'stored';
    return (await isThere(dirname(path))) || (await holdsAnything(dirname(dirname(path)))) ? 'gone' : 'away';
  } catch {
    return 'unreadable';
  }
}

/** @throws what the system says, other than that there is no such thing */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

/** Whether there is anything in a folder. @throws what the system says, other than that there is no such folder */
export async function holdsAnything(folder: string): Promise<boolean> {
  try {
    for await (const _ of await opendir(folder)) return true;
    return false;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

/**
 * Reads the first of a file's bytes: whether the system gives any of it, before somebody counts on that.
 *
 * @throws BytesUnreadable where there is no such file; StorageLate where there may be one and it is not given, with what the
 *   system says as its cause: whether that is said of this file alone only others can tell
 */
export async function readFirst(path: string): Promise<void> {
  try {
    // a pipe in the place of a file would keep a thread for ever
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      await file.read(Buffer.alloc(1), 0, 1, null);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') throw new BytesUnreadable('there is no such file', { cause: error });
    if (code === '') throw error;
    throw new StorageLate(`the file is not given: ${code}`, { cause: error });
  }
}
