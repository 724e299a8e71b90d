import { spawn } from 'node:child_process';
import os from 'node:os';
import { ROOT } from './paths.mjs';

const STDIO = { inherit: 'inherit', capture: ['ignore', 'pipe', 'pipe'], stderr: ['ignore', 2, 2] };

/**
 * Runs a program in the checkout and waits for its end. The terminal's Ctrl-C reaches it directly; SIGTERM is passed on.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {object} options
 * @param {'inherit' | 'capture' | 'stderr'} options.output `capture` keeps what it writes; `stderr` shows all on stderr
 * @param {number} [options.limitMs] ends it
 * @param {boolean} [options.shell]
 * @param {boolean} [options.behind] it gets what the others leave of the processors
 * @returns {Promise<{ code: number, output: string }>} code 128 + n for an end by signal n, as shells say it
 */
export async function run(file, args, { output, limitMs, shell = false, behind = false }) {
  const child = spawn(file, args, { cwd: ROOT, stdio: STDIO[output], shell, timeout: limitMs, killSignal: 'SIGKILL' });
  if (behind && child.pid !== undefined) os.setPriority(child.pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  const passOn = () => child.kill('SIGTERM');
  const waitForChild = () => undefined;
  process.on('SIGTERM', passOn);
  process.on('SIGINT', waitForChild);
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
  try {
    return await new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: 127, output: error.message }));
      child.once('close', (code, signal) => {
        if (signal === 'SIGKILL' && limitMs !== undefined)
          chunks.push(Buffer.from(`\nended after ${limitMs / 1000} s\n`));
        resolve({ code: code ?? 128 + os.constants.signals[signal], output: Buffer.concat(chunks).toString('utf8') });
      });
    });
  } finally {
    process.off('SIGTERM', passOn);
    process.off('SIGINT', waitForChild);
  }
}
