import { STARTING_POLICY } from '#moderation/policy.js';
import { AccessStore } from '#persistence/access-store.js';
import { migrate, openDatabase } from '#persistence/database.js';
import { PolicyStore } from '#persistence/policy-store.js';

import { cliActs, type CliActs } from '../acting.js';
import { ensureClient } from '../keys/ensure-client.js';
import { bootstrapAdmin, type FirstAdmin } from './bootstrap-admin.js';
import { bootstrapKeys, type FirstKeys, type KeyMaker } from './bootstrap-keys.js';

/** Who may do something with a new installation. */
export interface FirstAccess {
  readonly keys: FirstKeys;
  readonly admin: FirstAdmin;
}

/**
 * Brings a database to where the services can start on it: tables, a live policy, the first keys and the first admin.
 * Harmless to repeat.
 */
export async function prepareDatabase(url: string, home: string): Promise<FirstAccess> {
  const database = await openDatabase({ url, poolMax: 2, isUnhurried: true });
  try {
    await migrate(database);
    const first = { document: STARTING_POLICY, note: 'What a new installation starts with', author: 'portcullis' };
    const acts = cliActs(database);
    await new PolicyStore(acts.database).ensureLive(first, (publish) =>
      acts.act({ act: 'policy.publish', subject: 'policy', madeId: String }, publish),
    );
    return { keys: await bootstrapKeys(home, keyMaker(acts)), admin: await bootstrapAdmin(acts) };
  } finally {
    await database.destroy();
  }
}

/** Makes keys as whoever runs the command, and has them written down. */
function keyMaker(acts: CliActs): KeyMaker {
  const { database, act } = acts;
  const access = new AccessStore(database);
  return {
    ensureClient: (name) => ensureClient(acts, name),
    hasKey: (secret) => access.hasKey(secret),
    addKey: (key) => act({ act: 'key.create', subject: 'key', madeId: (id) => id }, () => access.addKey(key)),
  };
}
