import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { build as bundle } from 'esbuild';
import { createServer, type Server } from 'node:http';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { BrowserContext, CDPSession, Page, Request } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { drawSample } from '#imaging/draw-samples.js';
import { examplesOf } from '../docs/example-blocks.js';
import { describeBrowser } from '../support/browser.js';
import { build } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { LATE_BLOCKS } from '../support/late-blocks.js';
import { Product } from '../support/product.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const HTML = `<!doctype html><meta charset="utf-8"><input type="file"><progress></progress><button>stop</button><output></output>
<script src="/page.js"></script>`;
/** Bytes a second at which a picture takes seconds, and the large file minutes. */
const SLOW = 20_000;
const LARGE_BYTES = 5_000_000;

/** Somebody's page that uploads: the example of docs/clients.md, with the client as it is built. */
async function pageScript(url: string, key: string): Promise<string> {
  const example = examplesOf('docs/clients.md').find(({ mark }) => mark === 'browser')?.text ?? '';
  const { outputFiles } = await bundle({
    stdin: {
      contents: `import * as client from 'portcullis-client';\nReflect.set(globalThis, 'client', client);\n${example}`
        .replace('https://moderation.example', url)
        .replace('pck_Xk3v0a1b', key),
      loader: 'ts',
      resolveDir: ROOT,
    },
    alias: { 'portcullis-client': (await build())('libs/client/index.js') },
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** Every call of the client, one after the other. What it comes to is what a page would see. */
const EVERYTHING = `async ({ url, key, hook }) => {
  const { Portcullis, webhooks } = client;
  const portcullis = new Portcullis({ url, key });
  const all = async (list) => { const items = []; for await (const one of list) items.push(one); return items; };
  const picture = await (await fetch('/small.jpg')).blob();
  const replayed = [];
  const onProgress = (progress) => progress.state === 'accepted' && replayed.push(progress.isReplayed);
  const fields = { externalId: 'mine', metadata: { page: 3 }, idempotencyKey: 'once', onProgress };
  const { id } = await portcullis.submit(picture.stream(), fields);
  await portcullis.submit(picture, fields);
  const final = await portcullis.waitForFinal(id);
  const revisions = (await portcullis.revisions(id)).map(({ stage }) => stage);
  const listed = (await all(portcullis.list({ externalId: 'mine' }))).map((asset) => asset.id === id);
  await portcullis.erase(id);
  const gone = await portcullis.get(id).catch((error) => error.name);
  const noImage = await portcullis.submit(new Blob(['no image'])).catch((error) => error.name);
  const batch = await portcullis.batches.submitUrls([{ url: 'http://10.0.0.1/' }]);
  const { counts } = await portcullis.batches.waitForEnd(batch.id);
  const failed = (await all(portcullis.batches.errors(batch.id))).map(({ problem }) => problem.code);
  const endpoint = await portcullis.webhooks.create({ url: 'https://1.1.1.1/hooks', types: ['asset.superseded'] });
  await portcullis.webhooks.change(endpoint.id, { state: 'disabled' });
  const [{ state }] = await portcullis.webhooks.list();
  await portcullis.webhooks.remove(endpoint.id);
  const genuine = (await webhooks.verify(hook.text, hook.headers, hook.secret)).type;
  const forged = await webhooks.verify(hook.text + ' ', hook.headers, hook.secret).catch((error) => error.name);
  return { replayed, stage: final.decision.stage, revisions, listed, gone, noImage, failedCount: counts.failed, failed, state, genuine, forged };
}`;

let product: Product;
let site: Server;
let origin: string;
/** A file that nobody waits for the end of, and one that is a picture. */
let large: string;
let picture: string;
let small: Uint8Array;
const served = new Map<string, { readonly type: string; readonly body: string | Uint8Array }>();

async function open(): Promise<void> {
  site = createServer(({ url = '/' }, response) => {
    const found = served.get(url);
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': found.type }).end(found.body);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  product = await Product.open({ policy: LATE_BLOCKS, settings: { UPLOAD_CORS_ORIGINS: origin } });
  await product.upload.start();
  small = (await drawSample(0, { width: 96, height: 64 })).bytes;
  large = path.join(product.home, 'large.jpg');
  await writeFile(large, Buffer.alloc(LARGE_BYTES));
  picture = path.join(product.home, 'picture.jpg');
  await writeFile(picture, (await drawSample(15, { width: 1_600, height: 1_200 })).bytes);
  served.set('/', { type: 'text/html', body: HTML });
  served.set('/small.jpg', { type: 'image/jpeg', body: small });
  const script = await pageScript(product.upload.url, product.client.secret);
  served.set('/page.js', { type: 'text/javascript', body: script });
}

describeBrowser('the client in a browser, on a page of another origin', (browser) => {
  let context: BrowserContext;
  let page: Page;
  let devtools: CDPSession;
  const says = (): Promise<string> => page.evaluate<string>(`document.querySelector('output').value`);
  const sent = (): Promise<number[]> => page.evaluate<number[]>('sent');

  beforeAll(open);
  afterAll(async () => {
    site.closeAllConnections();
    site.close();
    await product.close();
  });
  beforeEach(async () => {
    context = await browser().newContext();
    page = await context.newPage();
    await page.goto(origin);
    devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
  });
  afterEach(() => context.close());

  /** Somebody looks at the page, with a line that takes so many bytes a second. */
  async function visit(bytesPerSecond: number): Promise<void> {
    await page.evaluate(`const bar = document.querySelector('progress');
      globalThis.sent = [];
      new MutationObserver(() => sent.push(bar.value)).observe(bar, { attributes: true });`);
    await line(bytesPerSecond);
  }

  /** @param bytesPerSecond that go up; -1: as many as may be */
  async function line(bytesPerSecond: number): Promise<void> {
    const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond };
    await devtools.send('Network.emulateNetworkConditions', conditions);
  }

  it('ends an upload in the middle, and takes another picture afterwards', async () => {
    await visit(SLOW);
    const failed: string[] = [];
    page.on('requestfailed', (request: Request) => failed.push(request.method()));
    await page.setInputFiles('input', large);
    await eventually('some of it is sent', async () => (await sent()).some((part) => part > 0));
    await page.click('button');
    await eventually('it is stopped', async () => (await says()) === 'stopped');
    expect((await sent()).at(-1)).toBeLessThan(1);
    await eventually('the request is over', () => failed.includes('POST'));
    expect(await product.count('asset')).toBe(0);
    await line(-1);
    await page.setInputFiles('input', picture);
    await eventually('it is taken', async () => (await says()) === 'shown');
    expect(await product.count('asset')).toBe(1);
  });

  it('tells how much was sent, and waits for the final by a stream of events', async () => {
    await visit(SLOW);
    const streams: string[] = [];
    page.on('request', (request: Request) => {
      if (request.method() === 'GET' && request.url().includes('/v1/events')) streams.push(request.url());
    });
    await page.setInputFiles('input', picture);
    await eventually('some of it is sent', async () => (await sent()).some((part) => part > 0 && part < 1));
    await line(-1);
    await eventually('it is taken', async () => (await says()) === 'shown');
    const parts = await sent();
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(parts.at(-1)).toBe(1);
    await eventually('it listens', async () => (await product.upload.metric('portcullis_event_streams')) >= 1);
    await product.batch().start();
    await eventually('it hears of the final', async () => (await says()) === 'hidden, late_block');
    // one that held until it told something
    expect(streams).toHaveLength(1);
  });

  it('does there what it does anywhere', async () => {
    await visit(-1);
    const secret = `whsec_${Buffer.from('a secret of twenty-four').toString('base64')}`;
    const text = JSON.stringify({ type: 'webhook.test', timestamp: '', data: { message: 'ü' } });
    const now = new Date();
    const headers = {
      'webhook-id': 'one',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign('one', now, text),
    };
    const given = { url: product.upload.url, key: product.client.secret, hook: { text, headers, secret } };
    expect(await page.evaluate<unknown>(`(${EVERYTHING})(${JSON.stringify(given)})`)).toEqual({
      replayed: [false, true],
      stage: 'final',
      revisions: ['provisional', 'final'],
      listed: [true],
      gone: 'ErasedError',
      noImage: 'UnsupportedMediaError',
      failedCount: 1,
      failed: ['url-refused'],
      state: 'disabled',
      genuine: 'webhook.test',
      forged: 'SignatureError',
    });
  });
});
