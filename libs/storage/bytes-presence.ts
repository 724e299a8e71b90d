import { opendir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { BytesPresence } from './asset-bytes.js';
import { ignoreMissing } from './on-disk.js';

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

async function holdsAnything(folder: string): Promise<boolean> {
  try {
    for await (const _ of await opendir(folder)) return true;
    return false;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}
