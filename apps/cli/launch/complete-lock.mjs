import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

// A lock file made against a registry that lacks packages for some platforms omits them, and `npm ci` of npm 11 refuses
// it. This adds them, as far as a lock file needs to know packages that are not installed here:
//
//   node apps/cli/launch/complete-lock.mjs

const FILE = path.join(ROOT, 'package-lock.json');
const OSES = 'aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32';
const CPUS = 'arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64';

/** Adds what is missing and removes addresses of registries. @returns the number of packages added */
export function completeLock(lock) {
  const added = missing(lock);
  for (const { name, version, parent } of added) {
    lock.packages[`node_modules/${name}`] = describe(name, version, lock.packages[parent]);
  }
  for (const entry of Object.values(lock.packages)) delete entry.resolved;
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  return added.length;
}

/** What is wrong with package-lock.json, for a person; empty when nothing is. */
export function lockFaults() {
  const lock = JSON.parse(readFileSync(FILE, 'utf8'));
  const faults = missing(lock).map(({ name, parent }) => `${name}, optional for ${parent}, is missing`);
  for (const [at, entry] of Object.entries(lock.packages)) {
    if (entry.resolved !== undefined) faults.push(`${at} names a registry`);
  }
  return faults.length === 0 ? '' : `${faults.join('\n')}\nRun: node apps/cli/launch/complete-lock.mjs`;
}

/** Optional dependencies that no entry satisfies, looked for as Node does: beside the package, then further out. */
function missing(lock) {
  const found = new Map();
  for (const [parent, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!isThere(lock, parent, name)) found.set(name, { name, version, parent });
    }
  }
  return [...found.values()];
}

function isThere(lock, parent, name) {
  for (let at = parent; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in lock.packages) return true;
    if (at === '') return false;
  }
}

/** npm's entry of a package for one platform; the platform is told by the name, as all such packages do. */
function describe(name, range, parent) {
  const [, os] = new RegExp(`\\b(${OSES})\\b`).exec(name) ?? [];
  const [, cpu] = new RegExp(`\\b(${CPUS})\\b`).exec(name) ?? [];
  if (os === undefined && cpu === undefined) throw new Error(`cannot tell the platform of ${name}`);
  const libc = os === 'linux' && (/musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined);
  return {
    version: range.replace(/^[~^]/, ''),
    ...(cpu && { cpu: [cpu] }),
    ...(parent.dev && { dev: true }),
    ...(libc && { libc: [libc] }),
    ...(parent.license && { license: parent.license }),
    optional: true,
    ...(os && { os: [os] }),
  };
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename) {
  const lock = JSON.parse(readFileSync(FILE, 'utf8'));
  const added = completeLock(lock);
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added} packages of other platforms added`);
}
