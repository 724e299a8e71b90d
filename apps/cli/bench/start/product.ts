import { spawn, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';

import { freePort } from '#persistence/embedded/free-port.js';
import { readPostmasterFile } from '#persistence/embedded/postmaster-file.js';
import { stopServer } from '#persistence/embedded/server.js';
import { ROOT } from '#service/run-service.js';

/** The whole product as its users start it. */
export interface Product {
  readonly uploadUrl: string;
  /** When it was started, on this process's clock (`performance.now`). */
  readonly startedMs: number;
  /** Resolves when it says that everything is ready. @throws Error when it ends before */
  readonly ready: Promise<void>;
  /** Aborted when it has ended. */
  readonly gone: AbortSignal;
  /** Stops it and waits for its end, its database included. */
  stop(): Promise<void>;
}

const READY_LINE = 'Portcullis is ready';
/** Characters of its output that are looked into. */
const SEEN_MAX = 2_000;
const STOP_MS_MAX = 30_000;

/** Starts `portcullis up` on free ports with everything of its own in `home`. */
export async function startProduct(home: string): Promise<Product> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const [uploadPort, batchPort, consolePort] = ports.map(String);
  const startedMs = performance.now();
  const product = spawn(process.execPath, [join(ROOT, 'apps/cli/launch.mjs'), 'up'], {
    env: {
      ...process.env,
      PORTCULLIS_HOME: home,
      HOST: '127.0.0.1',
      DATABASE_URL: '',
      REDIS_URL: '',
      S3_BUCKET: '',
      UPLOAD_PORT: uploadPort,
      BATCH_PORT: batchPort,
      CONSOLE_PORT: consolePort,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C is for the benchmark, which stops the product in order
    detached: process.platform !== 'win32',
  });
  const gone = new AbortController();
  const ended = once(product, 'exit').then(() => gone.abort(new Error('the product ended')));
  const ready = readyLine(product, gone.signal);
  ready.catch(() => undefined); // told again to whoever waits for it
  return {
    uploadUrl: `http://127.0.0.1:${uploadPort ?? ''}/v1/assets`,
    startedMs,
    ready,
    gone: gone.signal,
    stop: async () => {
      if (!gone.signal.aborted) product.kill('SIGTERM');
      const late = setTimeout(() => product.kill('SIGKILL'), STOP_MS_MAX);
      await ended.finally(() => clearTimeout(late));
      await stopPostgres(home);
    },
  };
}

async function readyLine({ stdout }: ChildProcess, signal: AbortSignal): Promise<void> {
  if (stdout === null) throw new Error('the product has no output to read');
  let seen = '';
  stdout.setEncoding('utf8');
  try {
    for await (const [text] of on(stdout, 'data', { signal })) {
      seen = (seen + String(text)).slice(-SEEN_MAX);
      if (seen.includes(READY_LINE)) break;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
  stdout.resume();
}

/** A product that died has left its database running. */
async function stopPostgres(home: string): Promise<void> {
  const data = join(home, 'postgres', 'data');
  const server = await readPostmasterFile(data);
  if (server !== undefined) await stopServer(data, server.pid);
}
