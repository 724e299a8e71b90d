import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

import { freePort } from '#persistence/embedded/free-port.js';

import { poll } from '../../up/readiness.js';
import type { BenchContext } from '../bench-context.js';
import { temporaryFolder } from '../private-installation.js';

export interface PrivateRedis {
  readonly url: string;
  readonly pid: number;
}

const START_MS_MAX = 10_000;

/**
 * Starts the PATH's `redis-server` as the queue needs it: nothing is evicted, everything is written to the disk.
 *
 * @throws Error when there is none
 */
export async function startRedis(context: BenchContext): Promise<PrivateRedis> {
  const port = await freePort();
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: await temporaryFolder(context),
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    save: '',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  // a process group of its own: Ctrl-C is to end it after the service that uses it
  const server = spawn('redis-server', args, { stdio: 'ignore', detached: true });
  const ended = once(server, 'exit').catch(() => undefined);
  if (server.pid === undefined)
    throw new Error('redis-server is not on the PATH: install it, or use --backend postgres');
  context.cleanup.defer(async () => {
    server.kill('SIGKILL'); // nothing in it is worth keeping
    await ended;
  });
  const limit = AbortSignal.any([context.signal, AbortSignal.timeout(START_MS_MAX)]);
  if (!(await poll(() => accepts(port), limit))) throw new Error('redis-server does not answer');
  return { url: `redis://127.0.0.1:${port}`, pid: server.pid };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
