import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';

/** An empty database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/** Of a server whose data nobody wants after the run. */
const UNSAFE = ['ALTER SYSTEM SET fsync = off', 'SELECT pg_reload_conf()'];

/** What the databases of many test files begin with. */
export interface Template {
  readonly name: string;
  /** Fills an empty database; none of its connections is left. */
  readonly fill: (url: string) => Promise<void>;
}

interface TestServer {
  readonly url: string;
  /** It is embedded, and ends with the run of the tests. */
  readonly isOurs: boolean;
}

/**
 * Makes an empty database: on the server of TEST_DATABASE_URL (its user must be allowed to make databases), else on an
 * embedded server, which the first caller of a Jest run starts and globalTeardown stops. On that one a template is filled
 * once for all who ask for it: a copy is made sooner.
 */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = urlOf(server, name);
  if (template !== undefined && server.isOurs) {
    await ensureTemplate(server, template);
    await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template.name}`);
  } else {
    await onServer(server, `CREATE DATABASE ${name}`);
    await template?.fill(url);
  }
  return { url, drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function testServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return { url: given, isOurs: false };
  const home = process.env['TEST_POSTGRES_HOME'];
  if (home === undefined) throw new Error("test/support/global-setup.mjs is not Jest's globalSetup");
  const { url, reused } = await startEmbeddedPostgres({ home });
  const server = { url, isOurs: true };
  if (!reused) for (const statement of UNSAFE) await onServer(server, statement);
  return server;
}

/** Of several processes that ask at once, one fills it and the others wait. */
async function ensureTemplate(server: TestServer, { name, fill }: Template): Promise<void> {
  await withServer(server, async (client) => {
    await client.query(`SELECT pg_advisory_lock(hashtext('template'))`);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    const filling = `${name}_filling`;
    await client.query(`DROP DATABASE IF EXISTS ${filling} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${filling}`);
    await fill(urlOf(server, filling));
    await client.query(`ALTER DATABASE ${filling} RENAME TO ${name}`);
  });
}

const onServer = (server: TestServer, statement: string): Promise<void> =>
  withServer(server, async (client) => {
    await client.query(statement);
  });

async function withServer(server: TestServer, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: server.url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(server: TestServer, name: string): string {
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}
