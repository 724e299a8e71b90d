import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { accountFor } from './account.js';
import { ensureDataDirectory, readPassword, SUPERUSER } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { postmasterFilePath, readPostmasterFile } from './postmaster-file.js';
import { mayBePostgres } from './process-state.js';
import { findPrograms } from './programs.js';
import { startServer, stopServer } from './server.js';

export interface EmbeddedPostgres {
  /** Connection string of the superuser, with the password. */
  readonly url: string;
  /** Process id of the server. */
  readonly pid: number;
  /** It was already running: an earlier process of ours was killed, or another one uses it now. */
  readonly reused: boolean;
  /** Fast shutdown, also of a reused server: ends its connections, writes its data, resolves when it is gone. */
  stop(): Promise<void>;
}

/** How long a start waits for another start or stop of the same server to get out of its way. */
const START_LIMIT_MS = 60_000;
const RETRY_MS = 100;
const PROBE_LIMIT_MS = 5_000;

/**
 * Starts PostgreSQL from npm's binaries on 127.0.0.1 and a free port, or finds the one that already runs. The data is
 * in `<home>/postgres/data`, the server's log in `<home>/postgres/server.log`.
 *
 * Started as root it runs as another account (PostgreSQL refuses root), and still keeps its data in `home`, whoever may
 * enter it: on Linux the server is started inside its data directory and names it `/proc/self/cwd`. On other systems
 * root needs a home directory that all accounts may enter; there is no other place, because data in a directory for
 * temporary files would be lost.
 *
 * Two starts with one home: one of them starts the server, the other one waits and uses it. PostgreSQL itself makes
 * sure that never two servers write to one directory.
 *
 * @param options `port`: where to listen, if not on a free port, when the server has to be started; `onLog` takes lines
 *   for a person
 * @throws EmbeddedPostgresError with what to do
 */
export async function startEmbeddedPostgres(options: {
  readonly home: string;
  readonly port?: number;
  readonly onLog?: (line: string) => void;
}): Promise<EmbeddedPostgres> {
  const onLog = options.onLog ?? (() => undefined);
  const directory = path.resolve(options.home, 'postgres');
  const data = path.join(directory, 'data');
  const logFile = path.join(directory, 'server.log');
  await mkdir(directory, { recursive: true });
  const account = await accountFor(data);
  const programs = await findPrograms(account, onLog);
  await ensureDataDirectory(data, programs, account, onLog);
  const password = await readPassword(data);

  const handle = (pid: number, port: number, reused: boolean): EmbeddedPostgres => ({
    url: urlOf(password, port),
    pid,
    reused,
    stop: () => stopServer(data, pid),
  });
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    const found = await findServer(data, password, onLog);
    if (found.kind === 'answers') return handle(found.pid, found.port, true);
    let inTheWay: string;
    if (found.kind === 'silent') {
      inTheWay = `process ${found.pid} runs on it and does not answer`;
    } else {
      const started = await startServer(programs, data, logFile, account, options.port);
      if (started.kind === 'ready') return handle(started.pid, started.port, false);
      inTheWay = reasonIn(started.log);
      if (!PASSING.test(started.log)) throw failure(inTheWay, data, logFile);
    }
    if (performance.now() > deadline) throw failure(inTheWay, data, logFile);
    await delay(RETRY_MS);
  }
}

function urlOf(password: string, port: number): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}

type Found =
  | { readonly kind: 'answers'; readonly pid: number; readonly port: number }
  /** It is starting, stopping or stuck. */
  | { readonly kind: 'silent'; readonly pid: number }
  | { readonly kind: 'none' };

/** Looks for the server of this data directory. Removes a file that says that another program is it. */
async function findServer(data: string, password: string, onLog: (line: string) => void): Promise<Found> {
  const told = await readPostmasterFile(data);
  if (told === undefined) return { kind: 'none' };
  if (!(await mayBePostgres(told.pid))) {
    // PostgreSQL would take any live process of its own account for the server and refuse to start
    onLog(`PostgreSQL was not stopped properly (process ${told.pid} is gone): repairing`);
    await rm(postmasterFilePath(data), { force: true });
    return { kind: 'none' };
  }
  if (!told.ready || !(await answers(urlOf(password, told.port)))) return { kind: 'silent', pid: told.pid };
  onLog(`PostgreSQL already runs (process ${told.pid}): using it`);
  return { kind: 'answers', pid: told.pid, port: told.port };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: PROBE_LIMIT_MS });
  client.on('error', () => undefined); // a server that goes away between our steps
  try {
    await client.connect();
    return true;
  } catch (error) {
    // full is alive
    return error instanceof Error && 'code' in error && error.code === '53300';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What passes: another server starts or stops here, or somebody took the port between choice and use. */
const PASSING =
  /lock file "postmaster\.pid" (already exists|is empty)|shared memory block .* is still in use|could not bind/;

function reasonIn(log: string): string {
  const lines = log.split('\n');
  const reasons = lines.filter((line) => /FATAL|PANIC|HINT|DETAIL/.test(line));
  return (reasons.length > 0 ? reasons : lines.slice(-5)).join('\n');
}

function failure(reason: string, data: string, logFile: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(`PostgreSQL does not start on ${data} (its log: ${logFile}):\n${reason}`);
}
