import Table from 'cli-table3';

import type { ListedKey } from '#persistence/key-store.js';

/** Keys for people; of each its first characters. */
export function keysTable(keys: readonly ListedKey[]): string {
  const table = new Table({
    head: ['key', 'role', 'holder', 'client', 'scopes', 'made', 'last used', 'works', 'id'],
    style: { head: [], border: [], compact: true },
  });
  for (const key of keys) {
    table.push([
      `${key.prefix}…`,
      key.role,
      key.holder,
      key.client ?? '',
      key.scopes.join(', '),
      key.createdAt.toISOString(),
      key.lastUsedAt?.toISOString() ?? 'never',
      worksText(key),
      key.id,
    ]);
  }
  return `${table.toString()}\n`;
}

/** Whether a key works, and until when or since when not. */
function worksText({ active, expiresAt, revokedAt }: ListedKey): string {
  if (revokedAt !== null) return `revoked ${revokedAt.toISOString()}`;
  if (expiresAt === null) return 'yes';
  return `${active ? 'until' : 'expired'} ${expiresAt.toISOString()}`;
}
