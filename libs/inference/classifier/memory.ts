import { readFile } from 'node:fs/promises';
import type { ClassifierChild } from './child.js';

const RSS = /^VmRSS:\s+(\d+) kB$/m;

/**
 * Looks at the memory of processes again and again, so that one that swells during a call is killed during the call.
 * Where the system does not tell, the processes' own word with each answer must do.
 *
 * @returns a function that ends the watch
 */
export function watchMemory(children: () => readonly ClassifierChild[], everyMs: number): () => void {
  const timer = setInterval(() => {
    for (const child of children()) void look(child);
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function look(child: ClassifierChild): Promise<void> {
  const rssBytes = child.pid === undefined ? undefined : await readRss(child.pid);
  if (rssBytes !== undefined) child.noteRss(rssBytes);
}

/**
 * Resident bytes of a process as Linux counts them now (`status`, because `statm` counts pages whose size Node cannot
 * tell). Undefined for a process that is gone, and on other platforms.
 */
export async function readRss(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    return parseRss(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Resident bytes by the text of `/proc/<pid>/status`; undefined when it has none, as a process has that is ending. */
export function parseRss(status: string): number | undefined {
  const kilobytes = RSS.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
