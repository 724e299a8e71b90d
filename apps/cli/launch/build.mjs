import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LaunchFault } from './launch-fault.mjs';
import { DIST, ROOT, inModules } from './paths.mjs';
import { timed } from './progress.mjs';

const SOURCES = ['apps', 'libs', 'migrations'];
/** Which content of each source the files in dist/ were made of. */
const STAMP = path.join(DIST, 'built.json');
/** The console's pages are built by their own tool. */
const NOT_OURS = new Set(['web', 'node_modules']);

/**
 * Compares the sources with what was built.
 *
 * @returns {{ hashes: Record<string, string>, changed: string[], removed: string[] }} paths relative to the checkout
 */
export function planBuild() {
  const config = digest(readFileSync(path.join(ROOT, '.swcrc')), readFileSync(inModules('@swc/core/package.json')));
  const hashes = {};
  for (const file of SOURCES.flatMap(listSources)) hashes[file] = digest(config, readFileSync(path.join(ROOT, file)));
  const built = existsSync(STAMP) ? JSON.parse(readFileSync(STAMP, 'utf8')) : {};
  return {
    hashes,
    changed: Object.keys(hashes).filter((file) => hashes[file] !== built[file]),
    removed: Object.keys(built).filter((file) => !(file in hashes)),
  };
}

/** Compiles what has changed into dist/, at the same relative path, with source maps; removes what has no source. */
export async function build({ hashes, changed, removed }) {
  const { transform } = await import('@swc/core');
  const settings = JSON.parse(readFileSync(path.join(ROOT, '.swcrc'), 'utf8'));
  await timed(`building ${changed.length} files`, async () => {
    const outcomes = await Promise.allSettled(changed.map((file) => compile(transform, settings, file)));
    const faults = outcomes.flatMap(({ reason }) => (reason === undefined ? [] : [reason.message ?? String(reason)]));
    if (faults.length > 0) throw new LaunchFault(faults.join('\n'));
    for (const file of removed) {
      for (const suffix of ['', '.map']) await rm(target(file) + suffix, { force: true });
    }
    await mkdir(DIST, { recursive: true });
    await writeFile(STAMP, JSON.stringify(hashes));
  });
}

async function compile(transform, { $schema, exclude, ...settings }, file) {
  const out = target(file);
  const { code, map } = await transform(readFileSync(path.join(ROOT, file), 'utf8'), {
    ...settings,
    swcrc: false,
    filename: path.join(ROOT, file),
    sourceFileName: path.relative(path.dirname(out), path.join(ROOT, file)),
    sourceMaps: true,
  });
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(`${out}.map`, map);
  await writeFile(out, `${code}\n//# sourceMappingURL=${path.basename(out)}.map\n`);
}

function target(file) {
  return path.join(DIST, file.replace(/\.ts$/, '.js'));
}

function listSources(directory) {
  const found = [];
  for (const entry of readdirSync(path.join(ROOT, directory), { withFileTypes: true })) {
    const file = `${directory}/${entry.name}`;
    if (entry.isDirectory() && !NOT_OURS.has(entry.name)) found.push(...listSources(file));
    else if (entry.isFile() && /(?<!\.spec|\.d)\.ts$/.test(entry.name)) found.push(file);
  }
  return found;
}

function digest(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
}
