import type { DataSource } from 'typeorm';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { AccessStore } from '#persistence/access-store.js';
import { migrate, openDatabase } from '#persistence/database.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { createTestDatabase, type Template, type TestDatabase } from './postgres.js';

/** A database of one test file, with today's tables. */
export interface MigratedDatabase {
  readonly url: string;
  readonly database: DataSource;
  /** Closes the pool and removes the database. */
  drop(): Promise<void>;
}

const MIGRATED: Template = {
  name: 'migrated',
  fill: async (url) => {
    const database = await openDatabase({ url, poolMax: 2 });
    await migrate(database);
    await database.destroy();
  },
};

/** @param place empty; left out: a database on the server of the test run */
export async function migratedDatabase(poolMax: number, place?: TestDatabase): Promise<MigratedDatabase> {
  const made = place ?? (await createTestDatabase(MIGRATED));
  if (place !== undefined) await MIGRATED.fill(place.url);
  const database = await openDatabase({ url: made.url, poolMax });
  const drop = async (): Promise<void> => {
    await database.destroy();
    await made.drop();
  };
  return { url: made.url, database, drop };
}

/** Makes a policy the live one where there is none, and a client. @returns the client's id */
export async function firstClient(database: DataSource, document: PolicyDocument = STARTING_POLICY): Promise<string> {
  await new PolicyStore(database).ensureLive({ document, note: 'first', author: 'test' });
  return new AccessStore(database).ensureClient('shop');
}
