import { readFileSync } from 'node:fs';

/** Whether a process runs: one that is dead and only waits to be collected (for ever in some containers) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
