import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { cwdSeenBy, type Account } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { freePort } from './free-port.js';
import { postmasterFilePath, readPostmasterFile } from './postmaster-file.js';
import { mayBePostgres } from './process-state.js';
import type { Programs } from './programs.js';
import { PROGRAM_ENV } from './run-program.js';
import { SERVER_SETTINGS } from './server-settings.js';

const POLL_MS = 10;
/** After a crash the server first repeats up to 1 GB of its log (max_wal_size), which a slow disk may do in minutes. */
const READY_LIMIT_MS = 300_000;
/** A fast shutdown ends with writing all changed pages, at most `shared_buffers`. */
const FAST_STOP_LIMIT_MS = 30_000;
/** Without that writing; the next start repairs. */
const IMMEDIATE_STOP_LIMIT_MS = 10_000;
/** Two of them at most: this one and the one before. */
const LOG_BYTES_MAX = 10_000_000;

export type ServerStart =
  | { readonly kind: 'ready'; readonly pid: number; readonly port: number }
  | { readonly kind: 'ended'; readonly log: string };

/**
 * Starts a server on a free port and waits until it takes connections or ends. It outlives this process, unseen by the
 * terminal's Ctrl-C, and logs into a file, so that a later start finds it whole.
 */
export async function startServer(
  programs: Programs,
  dataDirectory: string,
  logFile: string,
  account: Account | undefined,
  port: number | undefined,
): Promise<ServerStart> {
  const settings = Object.entries({ ...SERVER_SETTINGS, port: String(port ?? (await freePort())) });
  const args = [
    '-D',
    cwdSeenBy(account, dataDirectory),
    ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  const log = await openLog(logFile);
  const child = spawn(programs.postgres, args, {
    ...account,
    cwd: dataDirectory,
    env: PROGRAM_ENV,
    detached: true,
    stdio: ['ignore', log.handle.fd, log.handle.fd],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(''));
  });
  child.unref();
  try {
    const deadline = performance.now() + READY_LIMIT_MS;
    while (performance.now() < deadline) {
      const fault = await Promise.race([ended, delay(POLL_MS, undefined)]);
      if (fault !== undefined) return { kind: 'ended', log: `${fault}\n${await readFrom(logFile, log.start)}`.trim() };
      const told = await readPostmasterFile(dataDirectory);
      if (told !== undefined && told.pid === child.pid && told.ready) {
        return { kind: 'ready', pid: told.pid, port: told.port };
      }
    }
    child.kill('SIGQUIT');
    throw new EmbeddedPostgresError(
      `PostgreSQL was not ready after ${READY_LIMIT_MS / 1000} s; see ${logFile} for what it was doing.`,
    );
  } finally {
    await log.handle.close();
  }
}

/**
 * Stops the server, started by us or not: ends its connections, writes its data, and waits until it is gone.
 *
 * @throws EmbeddedPostgresError when it does not end
 */
export async function stopServer(dataDirectory: string, pid: number): Promise<void> {
  for (const [signal, limitMs] of [
    ['SIGINT', FAST_STOP_LIMIT_MS],
    ['SIGQUIT', IMMEDIATE_STOP_LIMIT_MS],
  ] as const) {
    // a server that has removed its file may already have given its process id away
    if ((await readPostmasterFile(dataDirectory))?.pid === pid && (await mayBePostgres(pid))) process.kill(pid, signal);
    if (await isGone(dataDirectory, pid, limitMs)) return;
  }
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) does not end. Its data is in ${dataDirectory}.`);
}

async function isGone(dataDirectory: string, pid: number, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    if (!(await mayBePostgres(pid))) {
      // Windows ends it without a chance to tidy up
      if ((await readPostmasterFile(dataDirectory))?.pid === pid)
        await rm(postmasterFilePath(dataDirectory), { force: true });
      return true;
    }
    await delay(POLL_MS);
  }
  return false;
}

async function openLog(file: string): Promise<{ handle: Awaited<ReturnType<typeof open>>; start: number }> {
  const size = await stat(file).then(
    (facts) => facts.size,
    () => 0,
  );
  const start = size > LOG_BYTES_MAX ? 0 : size;
  if (start !== size) await rename(file, `${file}.1`);
  return { handle: await open(file, 'a', 0o600), start };
}

async function readFrom(file: string, start: number): Promise<string> {
  return (await readFile(file)).subarray(start).toString('utf8');
}
