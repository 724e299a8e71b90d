import Table from 'cli-table3';

import type { ClientDetailAnswer } from '#contracts/client-answer.js';
import type { Client } from '#persistence/client-store.js';

/** Clients for people. */
export function clientsTable(clients: readonly Client[]): string {
  const table = new Table({
    head: ['client', 'uploads a minute', 'assets a day', 'kept', 'keys', 'made', 'id'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, uploadsPerMinute, assetsPerDay, retentionDays, keysActive, createdAt, id } of clients) {
    const kept = retentionDays === null ? 'for ever' : `${retentionDays} days`;
    const limits = [limitText(uploadsPerMinute), limitText(assetsPerDay)];
    table.push([name, ...limits, kept, keysActive, createdAt.toISOString(), id]);
  }
  return `${table.toString()}\n`;
}

/** A client with how much it has sent today. */
export const describeClient = (
  client: Client,
  { assetsToday, inferredToday }: Pick<ClientDetailAnswer, 'assetsToday' | 'inferredToday'>,
): string =>
  `${clientsTable([client])}${assetsToday} assets and ${inferredToday} images for inference since midnight UTC\n`;

const limitText = (limit: number | null): string => (limit === null ? 'no limit' : String(limit));
