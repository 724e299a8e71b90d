import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { drawSample } from '#imaging/draw-samples.js';
import { freePort } from '#persistence/embedded/free-port.js';
import { build } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { QUICK_SETTINGS } from '../support/quick-settings.js';
import { Receiver } from '../support/receiver.js';
import { zipOf } from '../support/zip.js';
import { ExampleShell } from './example-shell.js';

const SETTINGS = {
  ...QUICK_SETTINGS,
  LOG_LEVEL: 'warn',
  FETCH_PRIVATE_NETWORKS: '127.0.0.0/8',
  FETCH_PRIVATE_PORTS: '1024-65535',
  WEBHOOK_HTTP: 'allow',
};
const START_MS_MAX = 90_000;
/** Longer than any program may take. */
const PROGRAM_MS_MAX = 90_000;

interface Keys {
  readonly client: string;
  readonly admin: string;
  /** Of the same client, for what shows scores. */
  readonly scores: string;
}

interface Parts {
  readonly up: ChildProcess;
  /** Somebody's servers: of images, and one that webhooks go to. */
  readonly images: Server;
  readonly receiver: Receiver;
  readonly database: TestDatabase;
}

/** The product as `portcullis up` runs it, with what examples name: pictures, addresses of others, keys. */
export class ExampleScene {
  /** That was sent to the endpoint that was made last. */
  private event = '';

  private constructor(
    readonly folder: string,
    readonly shell: ExampleShell,
    /** Where the upload service and the console listen. */
    readonly urls: { readonly upload: string; readonly console: string },
    readonly keys: Keys,
    private readonly parts: Parts,
  ) {}

  static async open(): Promise<ExampleScene> {
    const built = await build();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-examples-'));
    const home = path.join(folder, 'home');
    const picture = (await drawSample(0, { width: 96, height: 64 })).bytes;
    await Promise.all([mkdir(home), fillFolder(folder, picture)]);
    await symlink(home, path.join(folder, '.portcullis'));
    const images = createServer((_, reply) => void reply.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture));
    await new Promise<void>((resolve) => images.listen(0, '127.0.0.1', resolve));
    const [receiver, database] = await Promise.all([Receiver.listen(), createTestDatabase()]);
    const [upload, console_, batch] = await Promise.all([freePort(), freePort(), freePort()]);
    const ports = { UPLOAD_PORT: String(upload), CONSOLE_PORT: String(console_), BATCH_PORT: String(batch) };
    const environment = { ...SETTINGS, ...ports, PORTCULLIS_HOME: home, DATABASE_URL: database.url };
    const main = built('apps/cli/main.js');
    const up = await started(main, environment);
    const keyOf = async (name: string): Promise<string> => (await readFile(path.join(home, name), 'utf8')).trim();
    const [client, admin] = [await keyOf('client-key'), await keyOf('admin-key')];
    const urls = { upload: `http://127.0.0.1:${upload}`, console: `http://127.0.0.1:${console_}` };
    const scores = await post(`${urls.console}/api/keys`, admin, { client: 'first-client', scopes: ['scores'] });
    const keys = { client, admin, scores: textOf(scores, 'secret') };
    const shell = await ExampleShell.open({
      folder,
      main,
      environment: { ...environment, URL: urls.upload, HOME: folder },
    });
    return new ExampleScene(folder, shell, urls, keys, { up, images, receiver, database });
  }

  /** An example with the addresses and folders of this scene for those that it names. */
  placed(text: string): string {
    const { port } = this.parts.images.address() as AddressInfo;
    return text
      .replaceAll(/http:\/\/(127\.0\.0\.1|localhost):8080/g, this.urls.upload)
      .replaceAll(/(http:\/\/)?(127\.0\.0\.1|localhost):8081/g, this.urls.console)
      .replaceAll('https://images.example', `http://127.0.0.1:${port}`)
      .replaceAll(/https:\/\/(example\.org|shop\.example)\/hooks/g, this.parts.receiver.url('/hooks'))
      .replaceAll('/srv/pictures', path.join(this.folder, 'pictures'));
  }

  /** What an example needs and no earlier one has left. @returns its id */
  async make(noun: string): Promise<string> {
    if (noun === 'webhooks') {
      const id = textOf(await this.ask('/v1/webhooks', { url: this.parts.receiver.url('/hooks') }), 'id');
      this.event = textOf(await this.ask(`/v1/webhooks/${id}/test`, {}), 'eventId');
      return id;
    }
    if (noun === 'event' && this.event !== '') return this.event;
    if (noun === 'assets')
      return textOf(await this.ask('/v1/assets', { url: this.placed('https://images.example') }), 'id');
    throw new Error(`no example before it has made what it needs of ${noun}`);
  }

  /** What a program comes to that waits for something to happen: meanwhile somebody uploads, again and again. */
  async uploadingWhile<T>(program: Promise<T>): Promise<T> {
    let isOver = false;
    const end = (): void => void (isOver = true);
    program.then(end, end);
    await eventually(
      'the program has ended',
      async () => {
        if (!isOver) await this.make('assets');
        return isOver;
      },
      PROGRAM_MS_MAX,
    );
    return program;
  }

  private ask(to: string, body: object): Promise<unknown> {
    return post(this.urls.upload + to, this.keys.client, body);
  }

  /** Stops the product and removes what it wrote. */
  async close(): Promise<void> {
    const { up, images, receiver, database } = this.parts;
    const gone = new Promise((resolve) => up.once('exit', resolve));
    up.kill('SIGTERM');
    await gone;
    images.close();
    await receiver.close();
    await database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function post(url: string, key: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

function textOf(value: unknown, member: string): string {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, member) : undefined;
  if (typeof text !== 'string') throw new Error(`there is no ${member} in ${JSON.stringify(value)}`);
  return text;
}

async function started(main: string, environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const up = spawn(process.execPath, [main, 'up'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [up.stdout, up.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    await eventually('the product is ready', () => output.includes('Portcullis is ready.'), START_MS_MAX);
  } catch (error) {
    up.kill('SIGKILL');
    throw new Error(output.slice(-4_000), { cause: error });
  }
  return up;
}

/** Pictures and lists by the names that examples have for them. */
async function fillFolder(folder: string, picture: Uint8Array): Promise<void> {
  const pictures = path.join(folder, 'pictures');
  await mkdir(pictures);
  for (const name of ['cat.jpg', 'picture.jpg']) await writeFile(path.join(folder, name), picture);
  for (const [at, name] of ['a.jpg', 'b.jpg'].entries()) {
    await writeFile(path.join(pictures, name), (await drawSample(at + 1, { width: 96, height: 64 })).bytes);
  }
  const packed = await Promise.all(
    ['1.jpg', '2.jpg'].map(async (name, at) => {
      const { bytes } = await drawSample(at + 3, { width: 96, height: 64 });
      return { name, content: bytes };
    }),
  );
  await writeFile(path.join(folder, 'pictures.zip'), zipOf(packed));
}
