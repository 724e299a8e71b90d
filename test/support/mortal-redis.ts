import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '#persistence/embedded/free-port.js';
import { eventually } from './eventually.js';

/** A Redis that a test kills and starts again at the same address, with what it had written. */
export class MortalRedis {
  readonly url: string;
  private server: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly directory: string,
  ) {
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** An address and a directory; nothing runs yet. */
  static async open(): Promise<MortalRedis> {
    return new MortalRedis(await freePort(), await mkdtemp(path.join(os.tmpdir(), 'portcullis-redis-')));
  }

  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      bind: '127.0.0.1',
      dir: this.directory,
      appendonly: 'yes',
      'maxmemory-policy': 'noeviction',
    };
    const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
    this.server = spawn('redis-server', args, { stdio: 'ignore' });
    await eventually('redis-server answers', () => this.answers());
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
    this.server = undefined;
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async answers(): Promise<boolean> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return true;
    } finally {
      client.disconnect();
    }
  }
}
