import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What `postmaster.pid` says of the server that made it. The file may be stale. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** It has finished starting, and is not stopping. */
  readonly ready: boolean;
}

/** Where the server of a data directory tells its process id. Its clean end removes the file. */
export function postmasterFilePath(dataDirectory: string): string {
  return path.join(dataDirectory, 'postmaster.pid');
}

/** Undefined when there is no such file, or a server has not yet written all of it. */
export async function readPostmasterFile(dataDirectory: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(postmasterFilePath(dataDirectory), 'utf8').catch(() => '');
  // lines by number: 1 pid, 4 port, 8 state (PostgreSQL's src/include/utils/pidfile.h)
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !Number.isSafeInteger(port) || port <= 0) return undefined;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}
