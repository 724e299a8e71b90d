import { STARTING_POLICY } from '#moderation/policy.js';
import { AccessStore } from '#persistence/access-store.js';
import { migrate, openDatabase } from '#persistence/database.js';
import { PolicyStore } from '#persistence/policy-store.js';

import { bootstrapKeys, type FirstKeys } from './bootstrap-keys.js';

/** Brings a database to where the services can start on it: tables, a live policy, the first keys. Harmless to repeat. */
export async function prepareDatabase(url: string, home: string): Promise<FirstKeys> {
  const database = await openDatabase({ url, poolMax: 2 });
  try {
    await migrate(database);
    const first = { document: STARTING_POLICY, note: 'What a new installation starts with', author: 'portcullis' };
    await new PolicyStore(database).ensureLive(first);
    return await bootstrapKeys(home, new AccessStore(database));
  } finally {
    await database.destroy();
  }
}
