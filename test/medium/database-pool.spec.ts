import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDatabase, ping } from '#persistence/database.js';
import { DatabaseLate, withDatabase } from '#persistence/errors.js';
import { runPrepared } from '#persistence/run-prepared.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const POOL = 2;
const WAITING_MAX = 4 * POOL;
const LOCK = 4_711;

let made: TestDatabase;
let database: DataSource;
beforeAll(async () => {
  made = await createTestDatabase();
  database = await openDatabase({ url: made.url, poolMax: POOL });
});
afterAll(async () => {
  await database.destroy();
  await made.drop();
});

it('lets few wait for a connection, sends the next away at once, and holds up nothing urgent', async () => {
  const holder = await openDatabase({ url: made.url, poolMax: 1 });
  const runner = holder.createQueryRunner();
  await runner.query('SELECT pg_advisory_lock($1)', [LOCK]);
  const held = Array.from({ length: POOL }, () => database.query('SELECT pg_advisory_lock_shared($1)', [LOCK]));
  await eventually('all connections are busy', async () => {
    const rows: unknown = await runner.query(
      `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted`,
    );
    return Array.isArray(rows) && rows.length === POOL;
  });
  const waiting = Array.from({ length: WAITING_MAX }, () => database.query('SELECT 1'));
  await expect(withDatabase(() => database.query('SELECT 1'))).rejects.toThrow(
    new DatabaseLate('too many wait for a connection to the database'),
  );
  await expect(withDatabase(() => database.transaction(() => Promise.resolve()))).rejects.toBeInstanceOf(DatabaseLate);
  await ping(database);
  const urgent = { name: 'urgent', text: 'SELECT $1::int AS n' };
  expect(await Promise.all([1, 2, 3].map((n) => runPrepared(database, urgent, [n])))).toEqual([
    [{ n: 1 }],
    [{ n: 2 }],
    [{ n: 3 }],
  ]);
  await runner.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  await Promise.all([...held, ...waiting]);
  await database.query('SELECT 1');
  await runner.release();
  await holder.destroy();
});

it('lets the statements of a migration take as long as they do, and none wait for a table for long', async () => {
  const unhurried = await openDatabase({ url: made.url, poolMax: 1, isUnhurried: true });
  const limits = `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`;
  expect(await unhurried.query(limits)).toEqual([{ statement: '0', lock: '15s' }]);
  await unhurried.destroy();
  expect(await database.query(limits)).toEqual([{ statement: '15s', lock: '0' }]);
});
