import { execFile } from 'node:child_process';
import type { Account } from './account.js';

export interface ProgramResult {
  readonly ok: boolean;
  /** What it printed, or why it could not be run. */
  readonly output: string;
}

/**
 * The whole environment of PostgreSQL's programs: nothing of ours, so that no PGDATA, PGPORT or locale of the user's
 * changes what they do. English messages, because some are recognised.
 */
export const PROGRAM_ENV: Readonly<Record<string, string>> = { LC_ALL: 'C', TZ: 'UTC' };

/** Runs one of PostgreSQL's short programs to its end. Does not throw. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { readonly account: Account | undefined; readonly cwd: string; readonly limitMs: number },
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const settings = { ...options.account, cwd: options.cwd, env: PROGRAM_ENV, timeout: options.limitMs };
    try {
      execFile(file, args, settings, (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, output: stdout });
        else if (error.killed === true) resolve({ ok: false, output: `no end after ${options.limitMs / 1000} s` });
        else resolve({ ok: false, output: stderr.trim() === '' ? error.message : stderr.trim() });
      });
    } catch (error) {
      // spawn itself throws when the account or the directory is refused
      resolve({ ok: false, output: error instanceof Error ? error.message : String(error) });
    }
  });
}
