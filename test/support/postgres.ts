import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';

/** An empty database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database: on the server of TEST_DATABASE_URL (its user must be allowed to make databases), else on an
 * embedded server, which the first caller of a Jest run starts and globalTeardown stops.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function serverUrl(): Promise<string> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return given;
  const home = process.env['TEST_POSTGRES_HOME'];
  if (home === undefined) throw new Error("test/support/global-setup.mjs is not Jest's globalSetup");
  return (await startEmbeddedPostgres({ home })).url;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
