import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#persistence/embedded/free-port.js';
import { S3Bucket } from '#storage/s3-bucket.js';
import type { S3Place } from '#storage/s3-client.js';

const SCRIPT = fileURLToPath(new URL('./serve-bucket.mjs', import.meta.url));
const START_MS_MAX = 60_000;
const BUCKET = 'portcullis';
/** The one key that the server knows. */
const KEY = 'S3RVER';

/** An S3 server (s3rver) with one bucket, which a test kills, freezes and starts again with what it had. */
export class BucketServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly directory: string,
  ) {}

  /** Starts one on a free port. */
  static async open(): Promise<BucketServer> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'portcullis-bucket-'));
    const server = new BucketServer(await freePort(), directory);
    await server.start();
    return server;
  }

  get place(): S3Place {
    return {
      bucket: BUCKET,
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${this.port}`,
      forcePathStyle: true,
      accessKeyId: KEY,
      secretAccessKey: KEY,
    };
  }

  /** Settings of services that keep their bytes here. */
  get settings(): Record<string, string> {
    const { bucket, endpoint = '' } = this.place;
    return { S3_BUCKET: bucket, S3_ENDPOINT: endpoint, S3_ACCESS_KEY_ID: KEY, S3_SECRET_ACCESS_KEY: KEY };
  }

  /** Another end of the bucket than the product's. */
  bucket(): S3Bucket {
    return new S3Bucket(this.place);
  }

  async start(): Promise<void> {
    // its continuation tokens are made with a cipher that OpenSSL 3 calls legacy
    const args = ['--openssl-legacy-provider', SCRIPT, String(this.port), this.directory, BUCKET];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    this.child = child;
    if (child.stdout === null) throw new Error('its output is a pipe');
    await once(child.stdout, 'data', { signal: AbortSignal.timeout(START_MS_MAX) });
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child?.kill(signal);
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    this.child = undefined;
  }

  /** Lets an object look as if it had been put long ago. */
  async age(key: string, toSeconds: number): Promise<void> {
    await utimes(path.join(this.directory, BUCKET, `${key}._S3rver_object`), toSeconds, toSeconds);
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}
