import { opendir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { AssetFiles } from './asset-files.js';

/**
 * Whether an asset's bytes are there: `stored`; `gone`; `away` where the whole place is, such as a share that is not
 * mounted, and nothing can be said of one asset; `unreadable` where the place answers with an error.
 */
export type BytesPresence = 'stored' | 'gone' | 'away' | 'unreadable';

/**
 * Looks for an asset's bytes without reading them. A place that is there holds at least one asset's folder: without
 * any it is taken to be away.
 */
export async function bytesPresence(files: Pick<AssetFiles, 'path'>, assetId: string): Promise<BytesPresence> {
  const path = files.path(assetId);
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
    return ifMissing(error);
  }
}

async function holdsAnything(folder: string): Promise<boolean> {
  try {
    for await (const _ of await opendir(folder)) return true;
    return false;
  } catch (error) {
    return ifMissing(error);
  }
}

/** @returns false. @throws the error when it says anything else */
function ifMissing(error: unknown): false {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return false;
  throw error;
}
