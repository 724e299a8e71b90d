import Table from 'cli-table3';

import type { Client } from '#persistence/client-store.js';

/** Clients for people. */
export function clientsTable(clients: readonly Client[]): string {
  const table = new Table({
    head: ['client', 'uploads a minute', 'assets a day', 'keys', 'made', 'id'],
    colAligns: ['left', 'right', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, uploadsPerMinute, assetsPerDay, keysActive, createdAt, id } of clients) {
    table.push([name, limitText(uploadsPerMinute), limitText(assetsPerDay), keysActive, createdAt.toISOString(), id]);
  }
  return `${table.toString()}\n`;
}

/** A client with how much it has sent today. */
export const describeClient = (client: Client, assetsToday: number): string =>
  `${clientsTable([client])}${assetsToday} assets since midnight UTC\n`;

const limitText = (limit: number | null): string => (limit === null ? 'no limit' : String(limit));
