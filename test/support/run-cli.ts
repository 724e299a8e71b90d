import { execFile } from 'node:child_process';
import { build } from './built.js';
import type { Environment } from './test-service.js';

/** How a command ended; -1 for one that did not end by itself. */
export interface CliEnded {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** A hang: far more than a command takes to start and to ask. */
const COMMAND_MS_MAX = 60_000;

/** Built once for all commands of a test file. */
let built: ReturnType<typeof build> | undefined;

/**
 * Builds what has changed, at first, and runs `portcullis`, with nothing of this process's environment but the PATH.
 *
 * @param msMax after which it is ended
 */
export async function runCli(
  args: readonly string[],
  environment: Environment,
  msMax = COMMAND_MS_MAX,
): Promise<CliEnded> {
  built ??= build();
  const script = (await built)('apps/cli/main.js');
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env, timeout: msMax }, (failed, out, error) => {
      resolve({ code: typeof failed?.code === 'number' ? failed.code : failed === null ? 0 : -1, out, error });
    });
  });
}

/** Runs `portcullis … --json`. @returns what it printed @throws Error with what it said when it failed */
export async function askCli<T>(args: readonly string[], environment: Environment, msMax?: number): Promise<T> {
  const { code, out, error } = await runCli([...args, '--json'], environment, msMax);
  if (code !== 0) throw new Error(`${code} ${error}`);
  return JSON.parse(out) as T;
}
