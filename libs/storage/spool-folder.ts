import { randomUUID } from 'node:crypto';
import { readdir, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { codeOf } from './on-disk.js';

/** No look and no put takes as long: what is older and another machine's was left by a process that died. */
const ANOTHERS_MS_MAX = 86_400_000;
/** As a folder's name holds it, before a dot. */
const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, '_');

/** A folder of this process alone, which is not made yet: `<host>.<pid>.<random>`. */
export const privateFolder = (root: string): string => join(root, `${HOST}.${process.pid}.${randomUUID()}`);

/**
 * Removes what processes left that died. To be called before this process has a folder of its own. Of a machine that shares
 * the place, such as another container, only what is a day old goes: its processes are not seen from here.
 */
export async function removeLeftovers(root: string): Promise<void> {
  for (const name of await namesIn(root)) {
    const folder = join(root, name);
    const [host, pid] = name.split('.', 2);
    if (host !== HOST) await removeOld(folder);
    else if (!isRunning(Number(pid))) await rm(folder, { recursive: true, force: true }).catch(ignoreForbidden);
  }
}

/** What is there and may be seen. */
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Another user's are left to that user's next start. */
function ignoreForbidden(error: unknown): void {
  if (!['EACCES', 'EPERM'].includes(codeOf(error))) throw error;
}

/** Removes what nobody can be at work on, and the folder when it is empty: its process makes it again. */
async function removeOld(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const file = join(folder, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts !== undefined && Date.now() - facts.mtimeMs > ANOTHERS_MS_MAX) await unlink(file).catch(() => undefined);
  }
  await rmdir(folder).catch(() => undefined);
}

/** Of a process that had this one's number before it, too, nothing runs any more. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
