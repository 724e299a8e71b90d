import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * How far the clock that dates the files of a folder is ahead of this process', milliseconds: a share's files are dated by
 * its server. Writes a file and removes it.
 *
 * @returns 0 where nothing can be written
 */
export async function folderAheadMs(folder: string): Promise<number> {
  const probe = join(folder, randomUUID().slice(0, -2) + folder.slice(-2));
  const file = await open(probe, 'wx', 0o640).catch(() => undefined);
  if (file === undefined) return 0;
  try {
    const { mtimeMs } = await file.stat();
    return mtimeMs - Date.now();
  } finally {
    await file.close();
    await unlink(probe).catch(() => undefined);
  }
}
