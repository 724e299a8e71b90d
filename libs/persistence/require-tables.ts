import type { DataSource } from 'typeorm';

import { StartRefused } from '#contracts/errors.js';

import { openDatabase, type DatabaseOptions } from './database.js';
import { withDatabase } from './errors.js';

/** Who is told what an operator should know. */
interface Notices {
  warn(facts: { readonly notice: string }, message: string): void;
}

/**
 * Opens the pool of a service. The tables are there: `portcullis setup` makes them.
 *
 * @throws StartRefused for tables of an older release; the driver's error when PostgreSQL does not answer
 */
export async function openInstalledDatabase(options: DatabaseOptions, log: Notices): Promise<DataSource> {
  const source = await openDatabase(options);
  try {
    const notice = await requireTables(source);
    if (notice !== undefined) log.warn({ notice }, 'the database is newer than this service');
    return source;
  } catch (error) {
    await source.destroy();
    throw error;
  }
}

/**
 * Refuses a database whose tables are older than this release. One that is newer is worked with: while an upgrade rolls,
 * services of the release before go on, and a migration only adds what they need not know (docs/operations.md).
 *
 * @returns what an operator should know; undefined when all is as it should be
 * @throws StartRefused with what to do; DatabaseLate
 */
export async function requireTables(source: DataSource): Promise<string | undefined> {
  const there = await withDatabase(() => migrationsIn(source));
  const own = source.migrations.map(({ name, constructor }) => name ?? constructor.name);
  const missing = own.filter((name) => !there.has(name));
  if (missing.length > 0) {
    const what = there.size === 0 ? 'has no tables yet' : `lacks ${missing.join(', ')}`;
    throw new StartRefused(`the database ${what}: run \`portcullis setup\` of this release first`);
  }
  const unknown = [...there].filter((name) => !own.includes(name));
  return unknown.length === 0
    ? undefined
    : `the database is of a newer release (${unknown.join(', ')}): upgrade this one`;
}

async function migrationsIn(source: DataSource): Promise<Set<string>> {
  const [found] = await source.query<{ there: boolean }[]>(`SELECT to_regclass('migrations') IS NOT NULL AS there`);
  if (found?.there !== true) return new Set();
  const rows = await source.query<{ name: string }[]>(`SELECT name FROM migrations ORDER BY id`);
  return new Set(rows.map(({ name }) => name));
}
