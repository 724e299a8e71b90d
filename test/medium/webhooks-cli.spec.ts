import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EventStore } from '#persistence/event-store.js';
import type { LoggedDelivery } from '#persistence/delivery-log-store.js';
import { WebhookStore, type ListedEndpoint } from '#persistence/webhook-store.js';
import { addEvents } from '../support/event-rows.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { askCli, runCli } from '../support/run-cli.js';

const ID = randomUUID();
const URL = 'https://203.0.114.7/hooks';
let made: MigratedDatabase;
let clientId: string;
beforeAll(async () => {
  made = await migratedDatabase(3);
  clientId = await firstClient(made.database);
  await new WebhookStore(made.database).create({ id: ID, clientId, url: URL, types: [], secret: 'whsec_c2VjcmV0' }, 1);
  await addEvents(made.database, clientId, 2);
  await new EventStore(made.database).order(10);
  await made.database.query(`UPDATE webhook_delivery SET state = 'failed', status = 500, error = 'it answered 500'`);
});
afterAll(() => made.drop());

it('lists endpoints and deliveries, switches endpoints off and on, and sends again', async () => {
  const environment = { DATABASE_URL: made.url };
  const list = async (): Promise<ListedEndpoint[]> => askCli(['webhooks', 'list'], environment);
  expect(await list()).toMatchObject([{ id: ID, client: 'shop', url: URL, state: 'enabled', waiting: 0, failed: 2 }]);
  const shown = await runCli(['webhooks', 'list'], environment);
  expect([shown.code, shown.error]).toEqual([0, '']);
  expect(shown.out).toContain(URL);
  expect(shown.out + JSON.stringify(await list())).not.toContain('whsec_');
  const failed = await askCli<LoggedDelivery[]>(['webhooks', 'deliveries', ID, '--state', 'failed'], environment);
  const [eventId = ''] = failed.map((delivery) => delivery.eventId);
  expect(await askCli(['webhooks', 'replay', ID, eventId], environment)).toEqual({ endpointId: ID, eventId });
  expect(await askCli(['webhooks', 'disable', ID], environment)).toMatchObject({ disabledWhy: 'by_admin' });
  expect(await list()).toMatchObject([{ state: 'disabled', waiting: 1, failed: 1 }]);
  expect((await runCli(['webhooks', 'enable', ID], environment)).out).toBe(`${URL} is enabled\n`);
  const unknown = await runCli(['webhooks', 'enable', randomUUID()], environment);
  expect([unknown.code, unknown.out]).toEqual([2, '']);
  expect(unknown.error).toContain('there is no endpoint');
  expect((await runCli(['webhooks', 'deliveries', 'mine'], environment)).code).toBe(1);
});
