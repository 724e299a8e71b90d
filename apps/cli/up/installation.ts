import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { Settings } from '#settings/settings.js';

import type { FirstKeys } from './bootstrap-keys.js';
import { keepPostgres, type KeptPostgres } from './keep-postgres.js';
import { prepareDatabase } from './prepare-database.js';
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
    const keys = await prepareDatabase(postgres.url, settings.home);
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

const address = (settings: Settings, port: number): string =>
  `http://${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${port}`;
