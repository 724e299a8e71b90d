import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { ErasedError, RateLimitedError, UnsupportedMediaError, UrlRefusedError } from '#client/problem-errors.js';
import { Portcullis, type PortcullisOptions } from '#client/portcullis.js';
import type { Progress } from '#client/submit.js';
import { verify } from '#client/verify-webhook.js';
import { drawSample } from '#imaging/draw-samples.js';
import { ClientStore } from '#persistence/client-store.js';
import { build } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Receiver } from '../support/receiver.js';
import { runCli, type CliEnded } from '../support/run-cli.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import type { TestService } from '../support/test-service.js';

const PAGE = 'https://shop.example';
/** Of one client without waiting; a token comes back every two seconds. */
const UPLOADS_PER_MINUTE = 30;

let product: Product;
let receiver: Receiver;
let batch: TestService;
let jpeg: Uint8Array;
beforeAll(async () => {
  receiver = await Receiver.listen();
  const settings = {
    UPLOAD_CORS_ORIGINS: PAGE,
    WEBHOOK_HTTP: 'allow',
    FETCH_PRIVATE_NETWORKS: '127.0.0.0/8',
    FETCH_PRIVATE_PORTS: String(receiver.port),
  };
  product = await Product.open({ settings });
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  batch = product.batch();
  await product.upload.start();
});
afterAll(async () => {
  await product.close();
  await receiver.close();
});

const client = (options: Partial<PortcullisOptions> = {}): Portcullis =>
  new Portcullis({ url: product.upload.url, key: product.client.secret, ...options });

const assets = (): Promise<number> => product.count('asset');

describe('the client, on bad days', () => {
  it('sends again what was taken and not answered, and it is one asset', async () => {
    const proxy = await TcpProxy.before(product.upload.url);
    const before = await assets();
    const told: Progress[] = [];
    const through = client({ url: proxy.through(product.upload.url) });
    const looks = (): Promise<number> => product.upload.metric('portcullis_fast_batch_size_count');
    const [classifier, looked] = [await product.upload.classifier(), await looks()];
    process.kill(classifier, 'SIGSTOP');
    const submitted = through.submit(Readable.from([jpeg]), { onProgress: (progress) => told.push(progress) });
    await eventually('all of it is there', async () => (await looks()) > looked);
    // the answer is on its way for as long as the test likes
    void proxy.standStill(0);
    process.kill(classifier, 'SIGCONT');
    await eventually('it was taken', async () => (await assets()) > before);
    proxy.cut();
    const { id, sha256 } = await submitted;
    await proxy.close();
    expect(sha256).toBe(createHash('sha256').update(jpeg).digest('hex'));
    expect(told.at(-1)).toMatchObject({ state: 'accepted', isReplayed: true, asset: { id } });
    expect(told).toContainEqual(expect.objectContaining({ state: 'retrying', attempt: 1 }));
    expect((await assets()) - before).toBe(1);
  });

  it('waits for the first where another process sends the same', async () => {
    const built = await build();
    const program = `
      import { Portcullis } from ${JSON.stringify(built('libs/client/portcullis.js'))};
      import { file } from ${JSON.stringify(built('libs/client/node.js'))};
      const [url, key, path] = process.argv.slice(1);
      const asset = await new Portcullis({ url, key }).submit(await file(path), { idempotencyKey: 'twice' });
      console.log(asset.id);`;
    const image = path.join(product.home, 'twice.jpg');
    await writeFile(image, jpeg);
    const args = ['--input-type=module', '-e', program, product.upload.url, product.client.secret, image];
    const [{ stdout }, here] = await Promise.all([
      promisify(execFile)(process.execPath, args),
      client().submit(jpeg, { idempotencyKey: 'twice' }),
    ]);
    expect(stdout.trim()).toBe(here.id);
  });

  it('comes again when it was too fast', async () => {
    const made = await new ClientStore(product.database).create('hasty', {
      uploadsPerMinute: UPLOADS_PER_MINUTE,
      assetsPerDay: null,
      retentionDays: null,
    });
    const key = await product.addKey('client', made?.id ?? '', ['upload', 'read']);
    const refused: unknown[] = [];
    const onProgress = (progress: Progress): void => {
      if (progress.state === 'retrying') refused.push(progress.error);
    };
    const hasty = client({ key });
    const uploads = Array.from({ length: UPLOADS_PER_MINUTE + 1 }, () => hasty.submit(jpeg, { onProgress }));
    expect(new Set((await Promise.all(uploads)).map(({ id }) => id)).size).toBe(UPLOADS_PER_MINUTE + 1);
    expect(refused).toContainEqual(expect.any(RateLimitedError));
  });

  it('waits for a final over the end of the upload service, by kill and by restart', async () => {
    const seen: number[] = [];
    const { id } = await client().submit(jpeg, { class: 'urgent' });
    const waiting = client().waitForFinal(id, { onDecision: ({ decision }) => seen.push(decision.revision) });
    await eventually('it listens', async () => (await product.upload.metric('portcullis_event_streams')) === 1);
    await product.upload.end('SIGKILL');
    await batch.start();
    await product.settled();
    await product.upload.start();
    expect(await waiting).toMatchObject({ id, decision: { stage: 'final', revision: 2 } });
    expect(seen).toEqual([1, 2]);
  });
});

describe('the client', () => {
  it('reads, lists and erases', async () => {
    const { id } = await client().submit(new Blob([jpeg.slice()]), { externalId: 'mine', metadata: { page: 3 } });
    const final = await client().waitForFinal(id);
    expect(await client().get(id)).toEqual(final);
    expect(await client().revisions(id)).toMatchObject([{ revision: 1 }, { revision: 2, supersedes: 1 }]);
    const found: string[] = [];
    for await (const asset of client().list({ externalId: 'mine', stage: 'final' })) found.push(asset.id);
    expect(found).toEqual([id]);
    await client().erase(id);
    await client().erase(id);
    await expect(client().get(id)).rejects.toThrow(ErasedError);
  });

  it('tells what is wrong, by its class', async () => {
    await expect(client().submit(Buffer.from('no image'))).rejects.toThrow(UnsupportedMediaError);
    await expect(client().submit({ url: 'http://10.0.0.1/' })).rejects.toThrow(UrlRefusedError);
  });

  it('hands in batches and gives back what failed', async () => {
    const { batches } = client();
    const { id } = await batches.submitUrls([{ url: 'http://10.0.0.1/', externalId: 'inside' }]);
    const ended = await batches.waitForEnd(id, { timeoutMs: 60_000 });
    expect(ended).toMatchObject({ state: 'done', counts: { failed: 1 } });
    const failed: unknown[] = [];
    for await (const one of batches.errors(id)) failed.push(one);
    expect(failed).toMatchObject([{ url: 'http://10.0.0.1/', problem: { code: 'url-refused' } }]);
  });

  it('keeps endpoints, and tells a genuine webhook from another, also while its secret changes', async () => {
    const { webhooks } = client();
    const { id, secret } = await webhooks.create({ url: receiver.url('/hooks'), types: ['asset.final'] });
    const { secret: next } = await webhooks.rotate(id);
    const { eventId } = await webhooks.test(id);
    const { text, headers } = await eventually(
      'it came',
      () => receiver.at('/hooks').find((one) => one.id === eventId),
      30_000,
    );
    for (const secrets of [secret, next, [next, secret]]) {
      expect(await verify(text, headers, secrets)).toMatchObject({ id: eventId, type: 'webhook.test' });
    }
    await expect(verify(text, headers, `whsec_${Buffer.from('another one').toString('base64')}`)).rejects.toThrow(
      'of the secret',
    );
    const delivered = await eventually('it is in the log', async () => {
      for await (const delivery of webhooks.deliveries(id, { state: 'delivered' })) return delivery;
      return undefined;
    });
    expect(delivered).toMatchObject({ eventId, lastStatus: 204 });
    await webhooks.change(id, { state: 'disabled' });
    expect(await webhooks.list()).toMatchObject([{ id, state: 'disabled', types: ['asset.final'] }]);
    await webhooks.remove(id);
    expect(await webhooks.list()).toEqual([]);
  });
});

describe('a browser', () => {
  const preflight = (origin: string) =>
    fetch(`${product.upload.url}/v1/assets`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  it('may call for the pages that are named, and for no others', async () => {
    const allowed = await preflight(PAGE);
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, PAGE]);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    const other = await preflight('https://other.example');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const headers = { origin: PAGE, authorization: `Bearer ${product.client.secret}` };
    const stream = await fetch(`${product.upload.url}/v1/events`, { headers });
    await stream.body?.cancel();
    const refused = await fetch(`${product.upload.url}/v1/assets`, { headers: { origin: PAGE } });
    for (const answer of [stream, refused]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
    }
    expect(refused.status).toBe(401);
  });
});

interface Line {
  readonly name: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly asset: {
    readonly id: string;
    readonly externalId: string | null;
    readonly decision: { readonly stage: string };
  } | null;
}

describe('portcullis submit', () => {
  const environment = (): Record<string, string> => ({
    PORTCULLIS_URL: product.upload.url,
    PORTCULLIS_KEY: product.client.secret,
  });
  const submit = (...args: string[]): Promise<CliEnded> => runCli(['submit', ...args], environment(), 90_000);
  const linesOf = ({ out }: CliEnded): Line[] =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const at = (name: string): string => path.join(product.home, 'submit', name);

  beforeAll(async () => {
    await mkdir(at(''));
    await writeFile(at('a.jpg'), jpeg);
    await writeFile(at('b.jpg'), (await drawSample(1, { width: 96, height: 64 })).bytes);
    await writeFile(at('notes.txt'), 'no image');
  });

  it('says of each what became of it, and ends by the gravest', async () => {
    const ended = await submit(
      at('a.jpg'),
      at('notes.txt'),
      at('missing.jpg'),
      'http://10.0.0.1/',
      '--json',
      '--external-id',
      'x-{name}',
    );
    const lines = linesOf(ended).sort((a, b) => a.name.localeCompare(b.name));
    expect(lines.map(({ name, outcome, code }) => [path.basename(name), outcome, code])).toEqual(
      expect.arrayContaining([
        ['a.jpg', 'allowed', null],
        ['missing.jpg', 'refused', null],
        ['notes.txt', 'refused', 'unsupported-media'],
        ['10.0.0.1', 'refused', 'url-refused'],
      ]),
    );
    expect(lines.find(({ outcome }) => outcome === 'allowed')?.asset?.externalId).toBe(`x-${at('a.jpg')}`);
    expect([ended.code, ended.error]).toEqual([3, '1 allowed, 3 refused\n']);
  });

  it('waits for finals, takes standard input, and shows a table', async () => {
    const waited = await submit(at('a.jpg'), at('b.jpg'), '--wait', '--json');
    expect(linesOf(waited).map(({ asset }) => asset?.decision.stage)).toEqual(['final', 'final']);
    // whoever runs it again, as after a lost answer, finds the same assets as they are now
    const before = await assets();
    const again = await submit(at('a.jpg'), at('b.jpg'), '--json');
    const idsOf = (ended: CliEnded): unknown[] =>
      linesOf(ended).map(({ name, asset }) => [name, asset?.id, asset?.decision.stage]);
    expect([idsOf(again).sort(), await assets()]).toEqual([idsOf(waited).sort(), before]);
    const main = (await build())('apps/cli/main.js');
    const child = spawn(process.execPath, [main, 'submit', '-'], {
      env: { PATH: process.env['PATH'], ...environment() },
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.end(jpeg);
    expect([await ended, out]).toEqual([0, expect.stringMatching(/image.*outcome[^]*- +│ allowed +│/)]);
  });

  it('says when nothing can be begun', async () => {
    expect(await submit(at('a.jpg'), '--url', 'http://127.0.0.1:9', '--connect-seconds', '0')).toMatchObject({
      code: 2,
      error: 'no upload service answers at http://127.0.0.1:9: start it, or name another with --url\n',
    });
  });

  it('that is stopped leaves what is known of those that were begun', async () => {
    await batch.stop();
    const main = (await build())('apps/cli/main.js');
    const args = [main, 'submit', at('a.jpg'), at('b.jpg'), '--wait', '--json', '--key', 'anew'];
    const before = await assets();
    const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'], ...environment() } });
    let [out, error] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    const ended = new Promise((resolve) => child.once('close', resolve));
    await eventually('both are handed in', async () => (await assets()) === before + 2);
    child.kill('SIGINT');
    expect([await ended, out.trim().split('\n').length]).toEqual([130, 2]);
    expect(error).toMatch(/^stopped: /);
  });
});
