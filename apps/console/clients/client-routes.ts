import type { Provider } from '@nestjs/common';

import { AccessStore } from '#persistence/access-store.js';
import { ClientStore } from '#persistence/client-store.js';
import type { openDatabase } from '#persistence/database.js';
import { KeyStore } from '#persistence/key-store.js';

import { ChangeClient } from './change-client.js';
import { CreateClient } from './create-client.js';
import { CreateKey } from './create-key.js';
import { ReadClients } from './read-clients.js';
import { ReadKeys } from './read-keys.js';
import { RevokeKey } from './revoke-key.js';
import { RotateKey } from './rotate-key.js';

/** What the routes of clients and keys need. */
export function clientProviders(database: Awaited<ReturnType<typeof openDatabase>>, nowMs: () => number): Provider[] {
  const clients = new ClientStore(database);
  const keys = new KeyStore(database);
  const createKey = new CreateKey({ clients, keys, access: new AccessStore(database), nowMs });
  return [
    { provide: ReadClients, useValue: new ReadClients(clients, nowMs) },
    { provide: CreateClient, useValue: new CreateClient(clients) },
    { provide: ChangeClient, useValue: new ChangeClient(clients) },
    { provide: ReadKeys, useValue: new ReadKeys(keys) },
    { provide: CreateKey, useValue: createKey },
    { provide: RotateKey, useValue: new RotateKey(keys, nowMs) },
    { provide: RevokeKey, useValue: new RevokeKey(keys) },
  ];
}
