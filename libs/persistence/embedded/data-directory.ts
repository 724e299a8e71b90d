import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { cwdSeenBy, type Account } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Programs } from './programs.js';
import { runProgram } from './run-program.js';

/** Kept inside the data directory, so that data and key appear, move and vanish together. PostgreSQL ignores the file. */
const PASSWORD_FILE = 'portcullis.password';
export const SUPERUSER = 'portcullis';
/** Half a second on an SSD; a slow or busy disk may need long. */
const INITDB_LIMIT_MS = 180_000;
/** A half-made directory of this age belongs to no start that still runs. */
const LEFTOVER_AGE_MS = 2 * INITDB_LIMIT_MS;

/**
 * Makes the data directory if there is none: all or nothing, because it is made beside its place and renamed into it.
 * When two starts race, the first rename wins and the other takes what it finds.
 *
 * @throws EmbeddedPostgresError when it cannot be made, is of another major version or is no data directory
 */
export async function ensureDataDirectory(
  dataDirectory: string,
  programs: Programs,
  account: Account | undefined,
  onLog: (line: string) => void,
): Promise<void> {
  if (await isMade(dataDirectory, programs)) return;
  const parent = path.dirname(dataDirectory);
  await removeLeftovers(parent);
  onLog(`making a database in ${dataDirectory}`);
  const started = performance.now();
  const draft = path.join(parent, `draft-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    const made = await initialise(draft, programs, account);
    const renamed = await rename(made, dataDirectory).then(
      () => true,
      () => false,
    );
    if (!renamed && !(await isMade(dataDirectory, programs))) {
      throw new EmbeddedPostgresError(`The database could not be put into ${dataDirectory}.`);
    }
    if (renamed) await syncDirectory(parent);
    onLog(`database made in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(`The database could not be made in ${dataDirectory}: ${reason}`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The password of SUPERUSER. @throws EmbeddedPostgresError when it cannot be read */
export async function readPassword(dataDirectory: string): Promise<string> {
  const file = path.join(dataDirectory, PASSWORD_FILE);
  const password = await readFile(file, 'utf8').catch((error: unknown) => String(error));
  if (/^[\w-]{20,}$/.test(password)) return password;
  throw new EmbeddedPostgresError(`The database's password cannot be read from ${file}. ${password}`.trim());
}

async function isMade(dataDirectory: string, programs: Programs): Promise<boolean> {
  const version = await readFile(path.join(dataDirectory, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version?.trim() === programs.major) return true;
  if (version !== undefined) {
    throw new EmbeddedPostgresError(
      `The database in ${dataDirectory} was made by PostgreSQL ${version.trim()}, and this is PostgreSQL ` +
        `${programs.major}. Move the data with pg_dump or pg_upgrade of both versions, or move the directory away ` +
        `to start with an empty database.`,
    );
  }
  const entries = await readdir(dataDirectory).catch(() => []);
  if (entries.length === 0) return false;
  throw new EmbeddedPostgresError(
    `${dataDirectory} is not empty and not a database of ours. Move it away, or choose another home directory.`,
  );
}

/** @returns the finished data directory inside `draft` */
async function initialise(draft: string, programs: Programs, account: Account | undefined): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const made = path.join(draft, 'data');
  const passwordFile = path.join(draft, 'password');
  await mkdir(draft, { mode: 0o700 });
  await mkdir(made, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) {
    for (const file of [draft, made, passwordFile]) await chown(file, account.uid, account.gid);
  }
  const seen = cwdSeenBy(account, made);
  const result = await runProgram(
    programs.initdb,
    [
      `--pgdata=${seen}`,
      `--pwfile=${seen}/../password`,
      `--username=${SUPERUSER}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // byte order: the same index order on every machine, and faster
      '--no-locale',
    ],
    { account, cwd: made, limitMs: INITDB_LIMIT_MS },
  );
  if (!result.ok) throw new Error(result.output);
  const kept = path.join(made, PASSWORD_FILE);
  await writeFile(kept, password, { mode: 0o600, flush: true });
  if (account !== undefined) await chown(kept, account.uid, account.gid);
  return made;
}

/** Removes what starts that were killed have left. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith('draft-')) continue;
    const facts = await stat(path.join(parent, name)).catch(() => undefined);
    if (facts === undefined || Date.now() - facts.mtimeMs < LEFTOVER_AGE_MS) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

/** Makes the rename last through a power cut: what is written into a directory that is gone is gone too. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // cannot open directories
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}
