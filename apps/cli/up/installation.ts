import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { STARTING_POLICY } from '#moderation/policy.js';
import { AccessStore } from '#persistence/access-store.js';
import { migrate, openDatabase } from '#persistence/database.js';
import { PolicyStore } from '#persistence/policy-store.js';
import type { Settings } from '#settings/settings.js';

import { bootstrapKeys, type FirstKeys } from './bootstrap-keys.js';
import { keepPostgres, type KeptPostgres } from './keep-postgres.js';
import { Supervisor } from './supervisor.js';

/** The whole product, running. */
export interface Installation {
  readonly uploadUrl: string;
  readonly consoleUrl: string;
  readonly databaseUrl: string;
  readonly keys: FirstKeys;
  stop(): Promise<void>;
}

const DEPLOYED = ['upload', 'batch', 'console'] as const;
/** Beyond the batch service's own grace, so that it can hand its work back. */
const STOP_GRACE_MS = 15_000;

/**
 * Starts everything: PostgreSQL unless DATABASE_URL names one, its tables, the first policy and keys, the services.
 *
 * @param onLine takes the services' log, line by line
 * @throws EmbeddedPostgresError, ServiceFailure; whatever was started has been stopped by then
 */
export async function startInstallation(settings: Settings, onLine: (line: string) => void): Promise<Installation> {
  await mkdir(settings.home, { recursive: true, mode: 0o750 });
  const postgres = await openPostgres(settings, onLine);
  try {
    const keys = await prepareDatabase(postgres.url, settings);
    const supervisor = new Supervisor(
      DEPLOYED.map((name) => ({
        name,
        script: fileURLToPath(new URL(`../../${name}/main.js`, import.meta.url)),
        args: [],
        env: { DATABASE_URL: postgres.url, PORTCULLIS_HOME: settings.home },
        readyUrl: `${address(settings, settings[name].port)}/health/ready`,
      })),
      onLine,
    );
    await supervisor.start();
    return {
      uploadUrl: address(settings, settings.upload.port),
      consoleUrl: address(settings, settings.console.port),
      databaseUrl: postgres.url,
      keys,
      stop: async () => {
        await supervisor.stop(settings.batch.graceMs + STOP_GRACE_MS);
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function openPostgres(
  settings: Settings,
  onLine: (line: string) => void,
): Promise<Pick<KeptPostgres, 'url' | 'stop'>> {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, stop: () => Promise.resolve() };
  return keepPostgres(settings.home, (line) => onLine(`postgres * ${line}`));
}

async function prepareDatabase(url: string, settings: Settings): Promise<FirstKeys> {
  const database = await openDatabase({ url, poolMax: 2 });
  try {
    await migrate(database);
    const first = { document: STARTING_POLICY, note: 'What a new installation starts with', author: 'portcullis up' };
    await new PolicyStore(database).ensureLive(first);
    return await bootstrapKeys(settings.home, new AccessStore(database));
  } finally {
    await database.destroy();
  }
}

const address = (settings: Settings, port: number): string =>
  `http://${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${port}`;
