import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { StartRefused } from '#contracts/errors.js';
import { migrate, openDatabase } from '#persistence/database.js';
import { requireTables } from '#persistence/require-tables.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let place: TestDatabase;
let database: DataSource;
beforeAll(async () => {
  place = await createTestDatabase();
  database = await openDatabase({ url: place.url, poolMax: 2 });
});
afterAll(async () => {
  await database.destroy();
  await place.drop();
});

const refusal = (): Promise<unknown> => requireTables(database).catch((error: unknown) => error);

describe('a service that starts', () => {
  it('refuses a database without tables, and says what to do', async () => {
    const refused = await refusal();
    expect(refused).toBeInstanceOf(StartRefused);
    expect(String(refused)).toMatch(/has no tables yet: run `portcullis setup`/);
  });

  it('takes one of its own release', async () => {
    await migrate(database);
    expect(await requireTables(database)).toBeUndefined();
  });

  it('takes one of a newer release, and names what it does not know; setup of the older one changes nothing', async () => {
    await database.query(`INSERT INTO migrations (timestamp, name) VALUES (9990000000000, 'Later9990000000000')`);
    await migrate(database);
    expect(await requireTables(database)).toMatch(/newer release \(Later9990000000000\)/);
  });

  it('refuses one of an older release, and names what it lacks', async () => {
    await database.query(`DELETE FROM migrations WHERE name = 'Usage1780700000000'`);
    const refused = await refusal();
    expect(refused).toBeInstanceOf(StartRefused);
    expect(String(refused)).toMatch(/lacks Usage1780700000000: run/);
  });
});
