import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { freePort } from '#persistence/embedded/free-port.js';
import type { Settings } from '#settings/settings.js';

import type { FirstAdmin } from './bootstrap-admin.js';
import type { FirstKeys } from './bootstrap-keys.js';
import { keepPostgres, type KeptPostgres } from './keep-postgres.js';
import { lockHome } from './lock-home.js';
import { measureFirst } from './measure-first.js';
import { prepareDatabase } from './prepare-database.js';
import { Supervisor } from './supervisor.js';

/** The whole product, running. */
export interface Installation {
  readonly uploadUrl: string;
  readonly consoleUrl: string;
  readonly keys: FirstKeys;
  stop(): Promise<void>;
}

const SERVICES = ['upload', 'batch', 'console'] as const;
const PORT_SETTING = { upload: 'UPLOAD_PORT', batch: 'BATCH_PORT', console: 'CONSOLE_PORT' } as const;
/** Beyond the batch service's own grace, so that it can hand its work back. */
const STOP_GRACE_MS = 15_000;

/**
 * Starts everything: PostgreSQL unless DATABASE_URL names one, its tables, the first policy and keys, the services.
 *
 * @param onLine takes the services' log, line by line
 * @param onAdmin hears of the first admin as soon as there is one
 * @param stop ends a start that is under way
 * @throws StartRefused, EmbeddedPostgresError, ServiceFailure, or what `stop` was aborted with; whatever was started has
 *   been stopped by then
 */
export async function startInstallation(
  settings: Settings,
  onLine: (line: string) => void,
  onAdmin: (admin: FirstAdmin) => void,
  stop: AbortSignal,
): Promise<Installation> {
  await mkdir(settings.home, { recursive: true, mode: 0o750 });
  const undo: (() => unknown)[] = [await lockHome(settings.home)];
  const undoAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const postgres = await openPostgres(settings, onLine);
    undo.push(() => postgres.stop());
    stop.throwIfAborted();
    const { keys, admin } = await prepareDatabase(postgres.url, settings.home);
    // it is in no file, and what follows may fail
    onAdmin(admin);
    await measureFirst(settings, onLine, stop);
    const ports = await choosePorts(settings);
    const supervisor = new Supervisor(
      SERVICES.map((name) => ({
        name,
        script: fileURLToPath(new URL(`../../${name}/main.js`, import.meta.url)),
        args: [],
        env: {
          DATABASE_URL: postgres.url,
          PORTCULLIS_HOME: settings.home,
          [PORT_SETTING[name]]: String(ports[name]),
        },
        readyUrl: (port) => `${address(settings.host, port)}/health/ready`,
      })),
      onLine,
    );
    const end = (): Promise<void> => supervisor.stop(settings.batch.graceMs + STOP_GRACE_MS);
    undo.push(end);
    stop.addEventListener('abort', () => void end(), { once: true });
    stop.throwIfAborted();
    await supervisor.start();
    return {
      uploadUrl: address(settings.host, ports.upload),
      consoleUrl: address(settings.host, ports.console),
      keys,
      stop: undoAll,
    };
  } catch (error) {
    await undoAll();
    throw error;
  }
}

/** A service that dies is started again at the same port, also where any free one was asked for. */
async function choosePorts(settings: Settings): Promise<Record<(typeof SERVICES)[number], number>> {
  const choose = async (port: number): Promise<number> => (port === 0 ? freePort() : port);
  return {
    upload: await choose(settings.upload.port),
    batch: await choose(settings.batch.port),
    console: await choose(settings.console.port),
  };
}

async function openPostgres(
  settings: Settings,
  onLine: (line: string) => void,
): Promise<Pick<KeptPostgres, 'url' | 'stop'>> {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, stop: () => Promise.resolve() };
  return keepPostgres(settings.home, (line) => onLine(`postgres * ${line}`));
}

/** Where this machine reaches what listens on `host`. */
function address(host: string, port: number): string {
  const reached = new Map([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ]);
  const name = reached.get(host) ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
