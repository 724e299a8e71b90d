import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ROOT } from '#service/run-service.js';

import type { BenchContext } from '../bench-context.js';
import { temporaryFolder } from '../private-installation.js';

/** Where it lies, or why it is not there. */
export type Installed = { readonly folder: string } | { readonly missing: string };

/** What the peer needs, and which versions: half a gigabyte, which nobody else needs. */
const PACKAGE = join(ROOT, 'apps/cli/bench/peers/transformers');
const FILES = ['package.json', 'package-lock.json'];
const ARGUMENTS = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
const INSTALL_MS_MAX = 10 * 60_000;
const WORDS_MAX = 4_000;

/** Installs transformers.js into a folder that is gone when the benchmark is. Without a registry there is none. */
export async function installTransformers(context: BenchContext): Promise<Installed> {
  const folder = await temporaryFolder(context);
  for (const name of FILES) await copyFile(join(PACKAGE, name), join(folder, name));
  const shell = process.platform === 'win32';
  const npm = spawn(shell ? 'npm.cmd' : 'npm', ARGUMENTS, {
    cwd: folder,
    shell,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: AbortSignal.any([context.signal, AbortSignal.timeout(INSTALL_MS_MAX)]),
  });
  let words = '';
  npm.stderr.setEncoding('utf8');
  npm.stderr.on('data', (text: string) => (words = (words + text).slice(0, WORDS_MAX)));
  try {
    const [code] = (await once(npm, 'close')) as [number | null];
    if (code === 0) return { folder };
    return { missing: `npm could not install it: ${errorCodeOf(words) ?? `code ${code ?? 'unknown'}`}` };
  } catch (error) {
    context.signal.throwIfAborted();
    return { missing: `npm could not install it: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** npm's own code, and nothing else: its other words name folders and hosts, which have no place in a report. */
const errorCodeOf = (words: string): string | undefined => /^npm error code (\S+)/m.exec(words)?.[1];
