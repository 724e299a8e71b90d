import { AccessStore } from '#persistence/access-store.js';
import { ClientStore } from '#persistence/client-store.js';

import type { CliActs } from '../acting.js';

/** The client of a name, made and written down where there is none. @returns its id */
export async function ensureClient({ database, act }: CliActs, name: string): Promise<string> {
  const known = await new ClientStore(database).find({ name });
  if (known !== undefined) return known.id;
  const deed = { act: 'client.create', subject: 'client', madeId: (id: string) => id } as const;
  return act(deed, () => new AccessStore(database).ensureClient(name));
}
