import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openDatabase } from '#persistence/database.js';
import { startEmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';

import { prepareDatabase } from '../up/prepare-database.js';
import { Supervisor } from '../up/supervisor.js';
import type { BenchContext } from './bench-context.js';

/** A database with everything a new installation has, in a folder of its own; no service runs yet. */
export interface PrivateInstallation {
  readonly home: string;
  readonly databaseUrl: string;
  readonly postgresPid: number;
  readonly database: Awaited<ReturnType<typeof openDatabase>>;
  /** Secret of a client's key with the scopes of a first client. */
  readonly clientKey: string;
  /** Secret of the first admin's key. */
  readonly adminKey: string;
}

/** A service of ours as a process of its own. */
export interface BenchedService {
  readonly url: string;
  /** @throws Error when it died since its start: what was measured is then of two processes */
  pid(): number;
}

const PORT_SETTING = { upload: 'UPLOAD_PORT', batch: 'BATCH_PORT', console: 'CONSOLE_PORT' } as const;
const ANY_PORT = '0';
const CONNECTIONS = 8;
const STOP_GRACE_MS = 12_000;
/** Of what a service wrote, to say when it has died. */
const LINES_KEPT = 20;

/** A folder that is gone when the benchmark is. */
export async function temporaryFolder({ cleanup }: BenchContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes an installation that nobody else knows of and that does not outlive the benchmark. */
export async function installPrivately(context: BenchContext): Promise<PrivateInstallation> {
  const { signal, cleanup } = context;
  const home = await temporaryFolder(context);
  const postgres = await startEmbeddedPostgres({ home });
  cleanup.defer(() => postgres.stop());
  const { client, admin } = (await prepareDatabase(postgres.url, home)).keys;
  const database = await openDatabase({ url: postgres.url, poolMax: CONNECTIONS });
  cleanup.defer(() => database.destroy());
  signal.throwIfAborted();
  const keys = { clientKey: client.secret, adminKey: admin.secret };
  return { home, databaseUrl: postgres.url, postgresPid: postgres.pid, database, ...keys };
}

/**
 * Starts a service on a port of its own and waits until it is ready.
 *
 * @param settings on top of this process's environment: a variable that is set there holds for the service, too
 * @throws ServiceFailure when it is not ready in time
 */
export async function startService(
  { signal, cleanup }: BenchContext,
  { home, databaseUrl }: PrivateInstallation,
  name: keyof typeof PORT_SETTING,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchedService> {
  const service = {
    name,
    script: fileURLToPath(new URL(`../../${name}/main.js`, import.meta.url)),
    args: [],
    env: {
      HOST: '127.0.0.1',
      PORTCULLIS_HOME: home,
      DATABASE_URL: databaseUrl,
      REDIS_URL: '',
      S3_BUCKET: '',
      ...settings,
      [PORT_SETTING[name]]: ANY_PORT,
    },
    readyUrl: (port: number) => `${urlOf(port)}/health/ready`,
  };
  const lines: string[] = [];
  const supervisor = new Supervisor([service], (line) => {
    if (lines.push(line) > LINES_KEPT) lines.shift();
  });
  cleanup.defer(() => supervisor.stop(STOP_GRACE_MS));
  await supervisor.start();
  signal.throwIfAborted();
  const port = supervisor.states[0]?.port;
  if (port === undefined) throw new Error('a service is ready and does not say where');
  return { url: urlOf(port), pid: () => pidOf(supervisor, lines) };
}

const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

function pidOf(supervisor: Supervisor, lines: readonly string[]): number {
  const [state] = supervisor.states;
  if (state?.pid === undefined || state.restarts > 0) {
    throw new Error(`a service died while it was measured:\n${lines.join('\n')}`);
  }
  return state.pid;
}
