import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import type { Role, Scope } from '#contracts/access.js';
import type { PolicyDocument } from '#moderation/policy.js';
import { AccessStore } from '#persistence/access-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { AssetFiles } from '#storage/asset-files.js';
import type { ServiceSpec } from '../../apps/cli/up/service-spec.js';
import type { VerifyReport } from '../../apps/cli/verify/verify-installation.js';
import { build } from './built.js';
import { eventually } from './eventually.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from './migrated-database.js';
import type { TestDatabase } from './postgres.js';
import { QUICK_SETTINGS } from './quick-settings.js';
import { runCli } from './run-cli.js';
import { TestClient } from './test-client.js';
import { TestService, type Environment } from './test-service.js';

export interface ProductOptions {
  /** Left out: the queue is in PostgreSQL. */
  readonly redisUrl?: string | undefined;
  /** A server of the test's own; left out: a database on the server of the test run. */
  readonly database?: TestDatabase;
  readonly policy?: PolicyDocument;
  /** Settings of all services. */
  readonly settings?: Environment;
}

/** The checker's report, and what it ended with. */
export interface Verified extends VerifyReport {
  readonly exitCode: number;
}

const SETTINGS: Environment = {
  ...QUICK_SETTINGS,
  LOG_LEVEL: 'info',
  DATABASE_POOL_MAX: '5',
  HEAVY_BATCH_SIZE: '8',
  HEAVY_INFERENCE_BATCH: '1',
  HEAVY_LEASE_MS: '2000',
};
/** Both say that something hangs. */
const SETTLED_MS_MAX = 90_000;
const VERIFY_MS_MAX = 60_000;

/** The product on a database and a home of its own: what a test needs to use it, break it and check it. */
export class Product {
  readonly upload: TestService;
  readonly files: AssetFiles;
  readonly policies: PolicyStore;
  readonly access: AccessStore;
  private readonly others: TestService[] = [];

  private constructor(
    readonly home: string,
    readonly database: DataSource,
    /** Uploads, reads, and sees scores. */
    readonly client: TestClient,
    /** Another client, which sees no scores. */
    readonly stranger: TestClient,
    private readonly parts: {
      readonly script: (service: 'upload' | 'batch' | 'console') => string;
      readonly environment: Environment;
      readonly made: MigratedDatabase;
    },
  ) {
    this.upload = new TestService('upload', parts.script('upload'), parts.environment);
    this.files = new AssetFiles(path.join(home, 'assets'));
    this.policies = new PolicyStore(database);
    this.access = new AccessStore(database);
  }

  /** Tables, a live policy and two clients; no service runs yet. */
  static async open(options: ProductOptions = {}): Promise<Product> {
    const built = await build();
    const home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-product-'));
    const made = await migratedDatabase(3, options.database);
    const { database } = made;
    const shop = await firstClient(database, options.policy);
    const access = new AccessStore(database);
    const clientOf = async (clientId: string, scopes: Scope[]): Promise<TestClient> => {
      const secret = await addKey(access, 'client', clientId, scopes);
      return new TestClient(clientId, secret, () => product.upload.url);
    };
    const client = await clientOf(shop, ['upload', 'read', 'scores']);
    const stranger = await clientOf(await access.ensureClient('stranger'), ['upload', 'read']);
    const environment: Environment = {
      PATH: process.env['PATH'] ?? '',
      ...SETTINGS,
      DATABASE_URL: made.url,
      PORTCULLIS_HOME: home,
      ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
      ...options.settings,
    };
    const script = (service: string): string => built(`apps/${service}/main.js`);
    const product: Product = new Product(home, database, client, stranger, { script, environment, made });
    return product;
  }

  /** Address of the database. */
  get databaseUrl(): string {
    return this.parts.made.url;
  }

  /** A batch service, not started yet. */
  batch(more: Environment = {}): TestService {
    return this.another('batch', more);
  }

  /** A service beside those there are, not started yet. */
  another(name: 'upload' | 'batch' | 'console', more: Environment = {}): TestService {
    const service = new TestService(name, this.parts.script(name), { ...this.parts.environment, ...more });
    this.others.push(service);
    return service;
  }

  /** A service as the supervisor runs it. @param more settings beside those of all */
  spec(name: 'upload' | 'batch', more: Environment = {}): ServiceSpec {
    return {
      name,
      script: this.parts.script(name),
      args: [],
      env: { ...this.parts.environment, ...more },
      readyUrl: (port) => `http://127.0.0.1:${port}/health/ready`,
    };
  }

  /** Makes a key. @returns its secret */
  addKey(role: Role, clientId: string | null, scopes: Scope[]): Promise<string> {
    return addKey(this.access, role, clientId, scopes);
  }

  /** Makes a policy the live one. @returns its version */
  async publish(document: PolicyDocument): Promise<number> {
    const { version } = await this.policies.draft({ document, note: 'test', author: 'test' });
    const { kind } = await this.policies.publish(version, 'test');
    if (kind !== 'published') throw new Error('the policy was not published');
    return version;
  }

  rows<T>(statement: string, values: unknown[] = []): Promise<T[]> {
    return this.database.query<T[]>(statement, values);
  }

  /** The one number that a query gives. */
  async count(query: string, values: unknown[] = []): Promise<number> {
    const rows = await this.rows<{ n: string }>(`SELECT count(*) AS n FROM ${query}`, values);
    return Number(rows[0]?.n);
  }

  /** Waits until no asset waits for its final any more. */
  async settled(limitMs = SETTLED_MS_MAX): Promise<void> {
    await eventually('every asset has its final', async () => (await this.count('pending_final')) === 0, limitMs);
  }

  /** Ids of all stored bytes. */
  async stored(): Promise<string[]> {
    const ids: string[] = [];
    for await (const id of this.files.idsWrittenBefore(Infinity)) ids.push(id);
    return ids;
  }

  /** Runs `portcullis verify` over everything the clients saw. */
  async verify({ settled = true } = {}): Promise<Verified> {
    const seen = path.join(this.home, 'seen');
    await writeFile(seen, [...this.client.seen, ...this.stranger.seen].join('\n'));
    const args = ['verify', '--json', '--seen', seen, ...(settled ? ['--settled'] : [])];
    const { code, out, error } = await runCli(args, this.parts.environment, VERIFY_MS_MAX);
    if (out === '') throw new Error(error);
    return { ...(JSON.parse(out) as VerifyReport), exitCode: code };
  }

  /** Ends every service and removes what they wrote. */
  async close(): Promise<void> {
    await Promise.all([this.upload, ...this.others].map((service) => service.stop()));
    await this.parts.made.drop();
    await rm(this.home, { recursive: true, force: true });
  }
}

async function addKey(access: AccessStore, role: Role, clientId: string | null, scopes: Scope[]): Promise<string> {
  const secret = `pck_${randomBytes(32).toString('base64url')}`;
  await access.addKey({ secret, role, clientId, holder: 'test', scopes });
  return secret;
}
