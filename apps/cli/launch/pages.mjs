import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LaunchFault } from './launch-fault.mjs';
import { DIST, ROOT } from './paths.mjs';
import { timed } from './progress.mjs';

const SOURCES = path.join(ROOT, 'apps/console/web');
/** Which sources the pages in dist/ were made of. */
const STAMP = path.join(DIST, 'pages-built');

/** Whether the console's pages in dist/ are those of today's sources and packages. */
export function arePagesBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digestSources();
}

/** Builds the console's pages into dist/apps/console/web. */
export async function buildPages() {
  const digest = digestSources();
  const { build } = await import('vite');
  await timed('building the console’s pages', async () => {
    try {
      await build({ configFile: path.join(SOURCES, 'vite.config.mjs'), logLevel: 'error' });
    } catch (error) {
      throw new LaunchFault(`the console's pages could not be built:\n${error.message}`);
    }
  });
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
