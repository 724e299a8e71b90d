import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { StartRefused } from '#contracts/errors.js';
import { openDatabase } from '#persistence/database.js';
import type { Settings } from '#settings/settings.js';

import { keepPostgres } from './up/keep-postgres.js';

type Database = Awaited<ReturnType<typeof openDatabase>>;

/**
 * Works on the database of an installation, whether its services run or not. An embedded server that does not run is
 * started for as long as the work takes.
 *
 * @throws StartRefused when there is no installation; what the work throws
 */
export async function withInstalledDatabase<T>(
  { home, databaseUrl }: Pick<Settings, 'home' | 'databaseUrl'>,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if (databaseUrl === undefined && !existsSync(join(home, 'postgres'))) {
    throw new StartRefused(`there is no installation in ${home}: set PORTCULLIS_HOME or DATABASE_URL`);
  }
  const postgres = databaseUrl === undefined ? await keepPostgres(home, () => undefined) : undefined;
  try {
    const database = await openDatabase({ url: postgres?.url ?? databaseUrl ?? '', poolMax: 2 });
    try {
      return await work(database);
    } finally {
      await database.destroy();
    }
  } finally {
    if (postgres?.startedHere === true) await postgres.stop();
    else postgres?.release();
  }
}
