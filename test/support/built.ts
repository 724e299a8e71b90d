import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Nothing to do: a tenth of a second. Otherwise it installs. */
const BUILD_LIMIT_MS = 300_000;

/** Builds what has changed. @returns a function that gives the absolute path of a built file, `libs/…/x.js` */
export async function build(): Promise<(file: string) => string> {
  await promisify(execFile)(process.execPath, [path.join(ROOT, 'apps/cli/launch.mjs'), 'build'], {
    timeout: BUILD_LIMIT_MS,
  });
  return (file) => path.join(ROOT, 'dist', file);
}
