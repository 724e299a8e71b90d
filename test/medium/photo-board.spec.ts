import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { Portcullis } from '#client/portcullis.js';
import { drawSample } from '#imaging/draw-samples.js';
import { freePort } from '#persistence/embedded/free-port.js';
import { eventually } from '../support/eventually.js';
import { LATE_BLOCKS } from '../support/late-blocks.js';
import { Product } from '../support/product.js';

const BOARD = path.resolve(import.meta.dirname, '../../docs/samples/photo-board/board.mjs');
/** A final waits for a model, and its event for its turn; a hang is longer. */
const HANG_MS = 60_000;

let product: Product;
let jpeg: Uint8Array;
let board: ChildProcess;
let said: string;
let url: string;
beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const settings = {
    WEBHOOK_HTTP: 'allow',
    FETCH_PRIVATE_NETWORKS: '127.0.0.0/8',
    FETCH_PRIVATE_PORTS: String(port),
  };
  product = await Product.open({ policy: LATE_BLOCKS, settings });
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  await product.upload.start();
  start(port);
  await eventually('the board listens to webhooks', () => said.includes('events come as webhooks'), HANG_MS);
});
afterAll(async () => {
  board.kill('SIGKILL');
  await product.close();
});

function start(port: number): void {
  said = '';
  const env = {
    PATH: process.env['PATH'],
    PORT: String(port),
    FORGET_MS: '200',
    PORTCULLIS_URL: product.upload.url,
    PORTCULLIS_KEY: product.client.secret,
  };
  board = spawn(process.execPath, [BOARD], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [board.stdout, board.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
}

interface Posted {
  readonly name: string;
  readonly shown: boolean;
  readonly why: string;
}

async function post(body: Uint8Array): Promise<{ status: number; answer: Posted }> {
  const response = await fetch(`${url}/pictures`, { method: 'POST', body: body.slice() });
  return { status: response.status, answer: (await response.json()) as Posted };
}

const page = async (): Promise<string> => (await fetch(url)).text();
const status = async (name: string): Promise<number> => (await fetch(`${url}/pictures/${name}`)).status;

describe('the photo board', () => {
  it('shows what is allowed, and takes down what is blocked later', async () => {
    const { answer } = await post(jpeg);
    expect(answer).toEqual({ name: expect.any(String), shown: true });
    expect(await page()).toMatch(new RegExp(`/pictures/${answer.name}[^]*provisional`));
    expect(await status(answer.name)).toBe(200);
    const changes = await fetch(`${url}/changes`);
    await product.batch().start();
    await eventually('it is taken down', async () => (await status(answer.name)) === 404, HANG_MS);
    await eventually('it says so', () => said.includes(`${answer.name}: hidden (late_block)`));
    expect(await page()).not.toContain(answer.name);
    expect(await page()).toContain('1 not shown');
    const told = await changes.body?.getReader().read();
    expect(Buffer.from(told?.value ?? []).toString()).toBe('data: changed\n\n');
  });

  it('says what is wrong with a picture, and shows nothing of it', async () => {
    const { status: refused, answer } = await post(Buffer.from('no image'));
    expect([refused, answer]).toEqual([422, { why: expect.stringContaining('not supported') }]);
  });

  it('erases what its uploader erases, and forgets what was erased there', async () => {
    const [mine, other] = [(await post(jpeg)).answer.name, (await post(jpeg)).answer.name];
    expect((await fetch(`${url}/pictures/${mine}`, { method: 'DELETE' })).status).toBe(204);
    expect(await status(mine)).toBe(404);
    expect(await product.count('asset WHERE erased_at IS NOT NULL')).toBe(1);
    const [row] = await product.rows<{ id: string }>('SELECT id FROM asset WHERE external_id = $1', [other]);
    await new Portcullis({ url: product.upload.url, key: product.client.secret }).erase(row?.id ?? '');
    await eventually('it is forgotten', () => said.includes(`${other}: erased`));
    expect(await status(other)).toBe(404);
  });

  it('believes no webhook that is not genuine', async () => {
    const { name } = (await post(jpeg)).answer;
    const forged = {
      type: 'asset.final',
      timestamp: '',
      data: { externalId: name, sequence: 99, current: { served: false } },
    };
    const headers = {
      'content-type': 'application/json',
      'webhook-id': 'x',
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': 'v1,AAAA',
    };
    expect((await fetch(`${url}/hooks`, { method: 'POST', headers, body: JSON.stringify(forged) })).status).toBe(400);
    await eventually('it says so', () => said.includes('no signature of this request'));
    expect(said).not.toContain(`${name}: hidden (heavy)`);
  });

  it('takes its endpoint away when it ends; where no webhook may come it listens to a stream', async () => {
    board.kill('SIGTERM');
    await eventually('there is no endpoint', async () => (await product.count('webhook_endpoint')) === 0);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    start(port);
    await eventually('it says so', () => said.includes('events come by a stream'), HANG_MS);
    const streams = (): Promise<number> => product.upload.metric('portcullis_event_streams');
    await eventually('the stream is open', async () => (await streams()) === 1, HANG_MS);
    const { name } = (await post(jpeg)).answer;
    await eventually('it is taken down', () => said.includes(`${name}: hidden (late_block)`), HANG_MS);
  });
});
