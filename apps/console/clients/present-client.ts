import type { ClientAnswer, KeyAnswer } from '#contracts/client-answer.js';
import { Problem } from '#contracts/problems.js';
import type { Client } from '#persistence/client-store.js';
import type { ListedKey } from '#persistence/key-store.js';

export const presentClient = (client: Client): ClientAnswer => ({
  ...client,
  createdAt: client.createdAt.toISOString(),
});

export const presentKey = (key: ListedKey): KeyAnswer => ({
  ...key,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
});

export const noClient = (): Problem => new Problem('not-found', 'There is no client with this id.');
export const noKey = (): Problem => new Problem('not-found', 'There is no key with this id.');
