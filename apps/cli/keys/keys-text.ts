import Table from 'cli-table3';

import type { ListedKey } from '#persistence/access-store.js';

/** All keys for people; of each its first characters. */
export function keysTable(keys: readonly ListedKey[]): string {
  const table = new Table({
    head: ['key', 'role', 'holder', 'client', 'scopes', 'made', 'revoked'],
    style: { head: [], border: [], compact: true },
  });
  for (const { prefix, role, holder, client, scopes, createdAt, revokedAt } of keys) {
    table.push([
      `${prefix}…`,
      role,
      holder,
      client ?? '',
      scopes.join(', '),
      createdAt.toISOString(),
      revokedAt?.toISOString() ?? '',
    ]);
  }
  return `${table.toString()}\n`;
}
