import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { BoundedPool } from '#persistence/bounded-pool.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const LATE_MS = 300;
/** No limit where nothing is to be late. */
const PATIENT_MS = 60_000;

let database: TestDatabase;
let proxy: TcpProxy;
let pool: BoundedPool;

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await TcpProxy.before(database.url);
});

afterEach(async () => {
  await pool.end();
  await proxy.close();
  await database.drop();
});

function openPool(lateMs: number): void {
  const limits = { connectionTimeoutMillis: lateMs, query_timeout: lateMs };
  pool = new BoundedPool({ connectionString: proxy.through(database.url), max: 1, ...limits });
}

/** A client as TypeORM takes it, and gives it back whatever became of its statement. */
function take(): Promise<{ readonly client: PoolClient; readonly giveBack: () => void }> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client, release) => {
      if (client === undefined) reject(error ?? new Error('no client'));
      else resolve({ client, giveBack: () => release() });
    });
  });
}

const OWN_PID = 'SELECT pg_backend_pid() AS pid';

async function run(statement: string): Promise<unknown> {
  const { client, giveBack } = await take();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows[0]?.['pid'];
  } finally {
    giveBack();
  }
}

/** The server's process of the pool's one connection. */
const serverPid = (): Promise<unknown> => run(OWN_PID);

describe('a pool whose connections are half-open', () => {
  it('has late statements fail, and opens others as soon as that is possible', async () => {
    openPool(LATE_MS);
    await eventually('it is connected', serverPid);
    proxy.swallow();
    await expect(serverPid()).rejects.toThrow('Query read timeout');
    await expect(serverPid()).rejects.toThrow('connection timeout');
    await expect(pool.urgent.query(OWN_PID)).rejects.toThrow('connection timeout');
    await proxy.pass();
    expect(await eventually('it opens another one', serverPid)).toBeGreaterThan(0);
  });

  it('keeps a connection whose statement was refused', async () => {
    openPool(PATIENT_MS);
    const first = await serverPid();
    const { client, giveBack } = await take();
    const refused = await new Promise<Error>((resolve) => {
      client.query('SELECT 1/0', (error: Error) => {
        giveBack(); // the server has not said yet that it is ready for the next
        resolve(error);
      });
    });
    expect(refused.message).toBe('division by zero');
    expect(await serverPid()).toBe(first);
  });
});
