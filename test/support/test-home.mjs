import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** `<prefix><process id of the Jest run>-<random>` in the directory for temporary files. */
export const TEST_HOME_PREFIX = 'portcullis-test-';
const STOP_LIMIT_MS = 15_000;

/**
 * Stops the servers of test homes and removes the directories.
 * @param {(pid: number) => boolean} ofRun which Jest runs' homes, by process id
 */
export async function removeTestHomes(ofRun) {
  for (const name of await readdir(os.tmpdir())) {
    const pid = /^(\d+)-/.exec(name.startsWith(TEST_HOME_PREFIX) ? name.slice(TEST_HOME_PREFIX.length) : '')?.[1];
    if (pid === undefined || !ofRun(Number(pid))) continue;
    const home = path.join(os.tmpdir(), name);
    await stopServer(path.join(home, 'postgres', 'data', 'postmaster.pid'));
    await rm(home, { recursive: true, force: true, maxRetries: 5 }).catch((error) => {
      if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error; // another user's
    });
  }
}

/** Nothing in a test's database is worth keeping: an immediate shutdown. */
async function stopServer(pidFile) {
  const server = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!(server > 1)) return;
  try {
    process.kill(server, 'SIGQUIT');
  } catch {
    return; // already gone, or not ours
  }
  const deadline = performance.now() + STOP_LIMIT_MS;
  while (existsSync(pidFile) && performance.now() < deadline) await delay(20);
}
