import Table from 'cli-table3';

import type { LoggedDelivery } from '#persistence/delivery-log-store.js';
import type { ListedEndpoint } from '#persistence/webhook-store.js';

const STYLE = { head: [], border: [], compact: true };

/** Endpoints for people. */
export function endpointsTable(endpoints: readonly ListedEndpoint[]): string {
  const table = new Table({
    head: ['endpoint', 'client', 'url', 'types', 'state', 'failing since', 'waiting', 'failed'],
    colAligns: ['left', 'left', 'left', 'left', 'left', 'left', 'right', 'right'],
    style: STYLE,
  });
  for (const { id, client, url, types, state, disabledWhy, failingSince, waiting, failed } of endpoints) {
    const why = disabledWhy === null ? state : `${state}: ${disabledWhy}`;
    const wanted = types.length === 0 ? 'all' : types.join(', ');
    table.push([id, client, url, wanted, why, failingSince?.toISOString() ?? '', waiting, failed]);
  }
  return `${table.toString()}\n`;
}

/** Deliveries of an endpoint for people. */
export function deliveriesTable(deliveries: readonly LoggedDelivery[]): string {
  const table = new Table({
    head: ['event', 'type', 'asset', 'state', 'tries', 'last answer', 'next try'],
    colAligns: ['left', 'left', 'left', 'left', 'right', 'left', 'left'],
    style: STYLE,
  });
  for (const { eventId, type, assetId, state, attempts, lastStatus, lastError, nextAt } of deliveries) {
    const answer = lastError ?? (lastStatus === null ? '' : String(lastStatus));
    table.push([eventId, type, assetId ?? '', state, attempts, answer, nextAt?.toISOString() ?? '']);
  }
  return `${table.toString()}\n`;
}
