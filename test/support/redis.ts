import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '#persistence/embedded/free-port.js';
import { eventually } from './eventually.js';

export interface TestRedis {
  readonly url: string;
  /** For tests that kill or freeze it. */
  readonly pid: number;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** To say in the name of the test, or on the terminal, when there is no Redis to test with. */
export interface NoRedis {
  readonly skipped: string;
}

/**
 * Starts `redis-server` of the PATH on a port of its own, set as the queue needs it: nothing is evicted, everything is
 * written. Without one it tells why the test is skipped; tests of the Redis backend then say so and end.
 */
export async function redisForTests(): Promise<TestRedis | NoRedis> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'portcullis-redis-'));
  const port = await freePort();
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    save: '',
  };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const ended = new Promise<'ended'>((resolve) => {
    server.once('exit', () => resolve('ended'));
    server.once('error', () => resolve('ended'));
  });
  const removeFiles = (): Promise<void> => rm(directory, { recursive: true, force: true });
  if (server.pid === undefined) {
    await ended;
    await removeFiles();
    return { skipped: 'skipped: redis-server is not installed' };
  }
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL'); // nothing in it is worth keeping
    await ended;
    await removeFiles();
  };
  try {
    await eventually('redis-server answers', () => answers(port));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, pid: server.pid, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => socket.destroy());
    socket.once('close', () => resolve(false));
  });
}
