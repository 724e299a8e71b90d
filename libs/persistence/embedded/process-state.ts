import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { runProgram } from './run-program.js';

const PS_LIMIT_MS = 5_000;

/** Whether a process with this id exists, ours or not, even a dead one that nobody has collected yet. */
function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether the process may be a running PostgreSQL server. False when it certainly is none: the id was given to another
 * program (usual in containers, where ids start anew), or the server is dead and only waits to be collected, for ever
 * where the container's first process does not collect. Where nothing can be learned of a process, true.
 */
export async function mayBePostgres(pid: number): Promise<boolean> {
  if (!processExists(pid)) return false;
  if (process.platform === 'linux') {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return state === '' ? processExists(pid) : /\((postgres|postmaster)\) [^ZX]/.test(state);
  }
  const file = process.platform === 'win32' ? 'tasklist' : '/bin/ps';
  const args =
    process.platform === 'win32' ? ['/FI', `PID eq ${pid}`, '/NH'] : ['-o', 'stat=,comm=', '-p', String(pid)];
  const shown = await runProgram(file, args, { account: undefined, cwd: '/', limitMs: PS_LIMIT_MS });
  return shown.ok ? /postgres/.test(shown.output) && !/^Z/.test(shown.output) : processExists(pid);
}
