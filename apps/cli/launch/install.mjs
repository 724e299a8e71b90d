import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LaunchFault } from './launch-fault.mjs';
import { ROOT } from './paths.mjs';
import { timed } from './progress.mjs';
import { run } from './run.mjs';

const STAMP = path.join(ROOT, 'node_modules/.portcullis-install');
const NPM_LIMIT_MS = 15 * 60_000;

/**
 * `--no-save`: installs what package-lock.json says and leaves the file as it is (another registry would be written into
 * it). `--include=dev`: the compiler is needed even where NODE_ENV is production. Without install scripts: those of our
 * dependencies only download what is not needed here.
 */
const INSTALL = ['install', '--no-save', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Whether node_modules is what package-lock.json asks for, on this platform. */
export function isInstalled() {
  try {
    return readFileSync(STAMP, 'utf8') === wanted();
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Installs all dependencies. */
export async function install() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = await timed(
    'installing dependencies (only when they have changed; the first time takes a minute)',
    () => run(npm, INSTALL, { output: 'capture', limitMs: NPM_LIMIT_MS, shell: process.platform === 'win32' }),
  );
  if (result.code !== 0) throw new LaunchFault(`npm ${INSTALL.join(' ')} failed (${result.code}):\n${result.output}`);
  writeFileSync(STAMP, wanted());
}

function wanted() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform}-${process.arch}`;
}
