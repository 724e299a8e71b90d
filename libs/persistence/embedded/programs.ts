import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdtemp, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Account } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runProgram } from './run-program.js';

/** PostgreSQL's programs, ready to run. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** `18`: a data directory belongs to one major version. */
  readonly major: string;
}

/** What has to be set when this machine cannot run the programs. */
const WAY_OUT = 'Set DATABASE_URL to a PostgreSQL server instead.';
/** `--version` takes milliseconds; a cold network disk may take seconds. */
const VERSION_LIMIT_MS = 20_000;

/**
 * Finds the programs of the npm package of this platform and makes them runnable for `account`: the package's blocked
 * install script would have made library links, and an account other than ours may not be able to reach the checkout.
 * If they do not run where they are, they are copied to the directory for temporary files.
 *
 * @throws EmbeddedPostgresError when there are none for this platform or they do not run
 */
export async function findPrograms(
  account: Account | undefined,
  onLog: (line: string) => void = () => undefined,
): Promise<Programs> {
  const { version, native } = await findPackage();
  const linkFault = await makeLinks(native).catch((error: unknown) => String(error));
  const here = await tryPrograms(native, version, account);
  if ('initdb' in here) return here;
  const copy = await copyPrograms(native, version);
  onLog(`PostgreSQL's programs do not run from ${native}: using the copy in ${copy}`);
  const there = await tryPrograms(copy, version, account);
  if ('initdb' in there) return there;
  const reasons = [linkFault, here.fault, there.fault].filter((reason) => reason !== undefined);
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run on this machine. ${WAY_OUT}\n${reasons.join('\n')}`,
  );
}

async function findPackage(): Promise<{ version: string; native: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve(name);
    const directory = path.resolve(path.dirname(main), '..');
    const manifest: unknown = JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) throw new Error('no version');
    return { version: String(manifest.version), native: path.join(directory, 'native') };
  } catch {
    throw new EmbeddedPostgresError(`There is no embedded PostgreSQL for this machine (${name}). ${WAY_OUT}`);
  }
}

/** The links of shared libraries (`libpq.so.5` → `libpq.so.5.18`), which npm packages cannot hold. */
async function makeLinks(native: string): Promise<undefined> {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return; // Windows has none
  const links: unknown = JSON.parse(await readFile(list, 'utf8'));
  if (!Array.isArray(links)) throw new Error(`${list} is not a list`);
  for (const { source, target } of links.filter(isLink)) {
    const at = path.join(native, path.relative('native', target));
    if (existsSync(at)) continue;
    await symlink(path.basename(source), at).catch((error: unknown) => {
      if (!existsSync(at)) throw error; // else another start made it
    });
  }
}

function isLink(value: unknown): value is { source: string; target: string } {
  if (typeof value !== 'object' || value === null || !('source' in value) || !('target' in value)) return false;
  return typeof value.source === 'string' && typeof value.target === 'string';
}

async function tryPrograms(
  native: string,
  version: string,
  account: Account | undefined,
): Promise<Programs | { fault: string }> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => path.join(native, 'bin', name + suffix));
  if (initdb === undefined || postgres === undefined) return { fault: 'unnamed program' };
  for (const file of [postgres, initdb]) {
    const result = await runProgram(file, ['--version'], {
      account,
      cwd: path.parse(native).root,
      limitMs: VERSION_LIMIT_MS,
    });
    if (!result.ok) return { fault: `${file}: ${result.output}` };
  }
  return { initdb, postgres, major: version.replace(/\..*/, '') };
}

/**
 * Copies the programs to the directory for temporary files, readable for all. The copy of an earlier start is used again
 * if nobody else could have written it; what a cleaner of old files took from it is put back.
 */
async function copyPrograms(native: string, version: string): Promise<string> {
  const shared = path.join(os.tmpdir(), `portcullis-postgres-${version}-${process.geteuid?.() ?? 'user'}`);
  if (!(await isOnlyOurs(shared))) {
    const fresh = await mkdtemp(`${shared}-`);
    await fillCopy(native, fresh);
    const moved = await rename(fresh, shared).then(
      () => true,
      () => false, // another start was faster, or a stranger's directory has the name
    );
    if (!moved && !(await isOnlyOurs(shared))) return fresh;
    if (!moved) await rm(fresh, { recursive: true, force: true });
  }
  await fillCopy(native, shared);
  return shared;
}

async function isOnlyOurs(directory: string): Promise<boolean> {
  const facts = await lstat(directory).catch(() => undefined);
  const uid = process.geteuid?.() ?? facts?.uid;
  return facts?.isDirectory() === true && facts.uid === uid && (facts.mode & 0o022) === 0;
}

async function fillCopy(native: string, copy: string): Promise<void> {
  await cp(native, copy, { recursive: true, verbatimSymlinks: true, force: false });
  await makeLinks(copy);
  await chmod(copy, 0o755);
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    // whatever umask npm installed them under
    const runnable = entry.isDirectory() || path.basename(entry.parentPath) === 'bin' || entry.name.includes('.so');
    await chmod(path.join(entry.parentPath, entry.name), runnable ? 0o755 : 0o644);
  }
}
