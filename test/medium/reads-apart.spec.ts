import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccessStore } from '#persistence/access-store.js';
import { briefly } from '#persistence/briefly.js';
import { DatabaseLate } from '#persistence/errors.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const POOL = 2;

let made: MigratedDatabase;
beforeAll(async () => {
  made = await migratedDatabase(POOL);
});
afterAll(() => made.drop());

it('knows keys and the policy while reads have every connection and every place behind them', async () => {
  const access = new AccessStore(made.database);
  const clientId = await firstClient(made.database);
  const secret = randomUUID();
  const keyId = await access.addKey({ secret, role: 'client', clientId, holder: 'test', scopes: ['upload', 'read'] });
  const held = await Promise.all(
    Array.from({ length: POOL }, async () => {
      const runner = made.database.createQueryRunner();
      await runner.connect();
      return runner;
    }),
  );
  const waiting = Array.from({ length: 4 * POOL }, () => made.database.query('SELECT 1'));
  await expect(access.ensureClient('shop')).rejects.toBeInstanceOf(DatabaseLate);
  const limits = { uploadsPerMinute: null, assetsPerDay: null };
  const principal = { keyId, role: 'client', clientId, holder: 'test', scopes: ['upload', 'read'], limits };
  expect(await access.principal(secret)).toEqual(principal);
  expect(await access.principal('another')).toBeUndefined();
  const policies = new PolicyStore(made.database);
  const { document } = await policies.live();
  await Promise.all(held.map((runner) => runner.release()));
  await Promise.all(waiting);
  expect(document).toEqual((await policies.findLive())?.document);
});

it('gives a read up that takes longer than two seconds, and the connection goes on', async () => {
  const long = briefly(made.database, (transaction) => transaction.query('SELECT pg_sleep(14)'));
  await expect(long).rejects.toBeInstanceOf(DatabaseLate);
  const rows = await made.database.query<unknown[]>(`SELECT current_setting('statement_timeout') AS ms`);
  expect(rows).toEqual([{ ms: '15s' }]);
});
