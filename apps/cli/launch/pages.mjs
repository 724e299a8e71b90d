import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LaunchFault } from './launch-fault.mjs';
import { DIST, ROOT, inModules } from './paths.mjs';
import { timed } from './progress.mjs';
import { run } from './run.mjs';

const SOURCES = path.join(ROOT, 'apps/console/web');
const HOME = path.join(DIST, 'apps/console/web/index.html');
/** Which sources the pages in dist/ were made of. */
const STAMP = path.join(DIST, 'pages-built');
const BUILD_LIMIT_MS = 5 * 60_000;

/** Whether the console's pages in dist/ are those of today's sources and packages. */
export function arePagesBuilt() {
  return existsSync(HOME) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digestSources();
}

/** Builds the console's pages into dist/apps/console/web, in a process of its own: whatever is launched has none of it. */
export async function buildPages() {
  const digest = digestSources();
  // what is broken off in the midst of it is built again
  rmSync(STAMP, { force: true });
  const args = [inModules('vite/bin/vite.js'), 'build', '--config', path.join(SOURCES, 'vite.config.mjs')];
  const { code, output } = await timed('building the console’s pages', () =>
    run(process.execPath, [...args, '--logLevel', 'error'], { output: 'capture', limitMs: BUILD_LIMIT_MS }),
  );
  if (code !== 0) throw new LaunchFault(`the console's pages could not be built:\n${output}`);
  writeFileSync(STAMP, digest);
}

/** Everything that the pages are made of: their own files, and the packages as the lock file has them. */
function digestSources() {
  const hash = createHash('sha256').update(readFileSync(path.join(ROOT, 'package-lock.json')));
  const names = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const name of names) hash.update(path.relative(SOURCES, name)).update('\0').update(readFileSync(name));
  return hash.digest('base64url');
}
