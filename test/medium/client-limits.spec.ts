import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ClientLimits, Scope } from '#contracts/access.js';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { ClientStore } from '#persistence/client-store.js';
import { readSettings } from '#settings/settings.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { TestClient, type Answer } from '../support/test-client.js';

jest.setTimeout(240_000);

const DAY_MS = 86_400_000;
/** A hang: a change of limits is known after five seconds, a count after three more. */
const HANG_MS = 90_000;
/** When to come again where what is under way may come to nothing. */
const UNSURE_MS = 3_000;

let product: Product;
let clients: ClientStore;
let jpeg: Uint8Array;
beforeAll(async () => {
  product = await Product.open();
  clients = new ClientStore(product.database);
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  await product.upload.start();
});
afterAll(() => product.close());

async function clientWith(
  name: string,
  limits: ClientLimits,
  scopes: Scope[] = ['upload', 'read'],
): Promise<TestClient> {
  const client = await clients.create(name, limits);
  if (client === undefined) throw new Error(`${name} is there already`);
  const secret = await product.addKey('client', client.id, scopes);
  return new TestClient(client.id, secret, () => product.upload.url);
}

/** The model that the product serves unless told, and one of its views: 224 × 224 pixels of three bytes. */
const model = readSettings({}, '.').fast.model.split('/', 1)[0] ?? '';
const VIEW_BYTES = 224 * 224 * 3;
const NONE = { uploadsPerMinute: null, assetsPerDay: null };
/** Black views. */
function infer(client: TestClient, views: number): Promise<Answer> {
  const pixels = new Uint8Array(views * VIEW_BYTES);
  const binary = { parameters: { binary_data_size: pixels.length } };
  const inputs = [{ name: 'image', datatype: 'UINT8', shape: [views, 224, 224, 3], ...binary }];
  const head = new TextEncoder().encode(JSON.stringify({ inputs }));
  const body = new Uint8Array([...head, ...pixels]);
  const headers = { 'inference-header-content-length': String(head.length) };
  return client.ask(`/v2/models/${model}/infer`, { method: 'POST', headers, body });
}

const problemOf = (body: unknown): ProblemBody => body as ProblemBody;

describe('a client', () => {
  it('that has no limits is told of none', async () => {
    const { status, headers } = await product.client.upload(jpeg);
    expect([status, headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([201, null, null]);
  });

  it('that uploads faster than it may is told when to come again, and may read meanwhile', async () => {
    const client = await clientWith('hasty', { ...NONE, uploadsPerMinute: 2 });
    const first = await client.upload(jpeg);
    expect(first.headers.get('ratelimit-policy')).toBe('"uploads";q=2;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"uploads";r=1;t=(29|30)$/);
    await client.submit(jpeg);
    const { status, headers, body } = await client.upload(jpeg);
    expect([status, headers.get('content-type')]).toEqual([429, 'application/problem+json; charset=utf-8']);
    expect(headers.get('ratelimit')).toMatch(/^"uploads";r=0;t=\d+$/);
    const { code, retryable, retryAfterMs = 0 } = problemOf(body);
    expect([code, retryable]).toEqual(['rate-limited', true]);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
    expect(headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1_000)));
    expect((await client.get('/v1/assets')).status).toBe(200);
    expect(await product.upload.metric('portcullis_uploads_total', { outcome: 'rate-limited' })).toBe(1);
  });

  it('has a day’s assets at all services together, and more of them seconds after they were granted', async () => {
    const client = await clientWith('thrifty', { ...NONE, assetsPerDay: 3 });
    const other = product.another('upload');
    await other.launch();
    const there = client.at(other.url);
    const policy = '"assets";q=3;w=86400';
    expect((await client.upload(jpeg)).headers.get('ratelimit-policy')).toBe(policy);
    await there.submit(jpeg);
    await client.submit(jpeg, { key: 'the last of the day' });
    const refused = await eventually(
      'the other one has heard of it',
      async () => {
        const answer = await there.upload(jpeg);
        // sooner where it is not sure yet
        const isSure = answer.status === 429 && (problemOf(answer.body).retryAfterMs ?? 0) > UNSURE_MS;
        return isSure ? answer : undefined;
      },
      HANG_MS,
    );
    const { code, retryAfterMs = 0 } = problemOf(refused.body);
    expect(code).toBe('quota-exceeded');
    // whose answer was lost: it is there already
    const repeated = await there.upload(jpeg, { key: 'the last of the day' });
    expect([repeated.status, repeated.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    // to a midnight of UTC, also where it has just passed
    const endsMs = Date.now() + retryAfterMs;
    expect(Math.abs(endsMs - Math.round(endsMs / DAY_MS) * DAY_MS)).toBeLessThan(60_000);
    await other.stop();

    await clients.change(client.id, { assetsPerDay: null });
    await eventually(
      'it may go on',
      async () => (await client.upload(jpeg, { key: 'the last' })).status === 201,
      HANG_MS,
    );
  });

  it('has what is inferred for it counted image by image, of the minute and of the day', async () => {
    const scopes: Scope[] = ['scores', 'upload'];
    const hurried = await clientWith('hurried', { ...NONE, uploadsPerMinute: 1 }, scopes);
    const many = await infer(hurried, 16);
    expect([many.status, many.headers.get('ratelimit')]).toEqual([
      200,
      expect.stringMatching(/^"uploads";r=0;t=9\d\d$/),
    ]);
    const refused = await infer(hurried, 1);
    expect([refused.status, problemOf(refused.body).code]).toEqual([429, 'rate-limited']);
    expect(refused.body).toHaveProperty('error');
    expect((await hurried.upload(jpeg)).status).toBe(429);
    expect(await product.upload.metric('portcullis_sheds_total', { where: 'oip', reason: 'rate-limited' })).toBe(1);

    const curious = await clientWith('curious', { ...NONE, assetsPerDay: 5 }, scopes);
    const first = await infer(curious, 3);
    expect([first.status, first.headers.get('ratelimit')]).toEqual([
      200,
      expect.stringMatching(/^"assets";r=2;t=\d+$/),
    ]);
    const tooMany = await infer(curious, 3);
    expect([tooMany.status, problemOf(tooMany.body).code]).toEqual([429, 'quota-exceeded']);
    expect((await infer(curious, 2)).status).toBe(200);
    expect((await curious.upload(jpeg)).status).toBe(429);
    await eventually('it is written down', async () => {
      const written = await product.rows<{ name: string; images: number }>(
        `SELECT c.name, sum(i.images)::integer AS images FROM client_inference i JOIN client c ON c.id = i.client_id
         GROUP BY c.name ORDER BY c.name`,
      );
      return written.map(({ name, images }) => `${name} ${images}`).join() === 'curious 5,hurried 16';
    });
  });

  it('has the images of a batch taken off its day when it comes, and has back what fails', async () => {
    const client = await clientWith('bulky', { ...NONE, assetsPerDay: 4 });
    // refused without asking anybody
    const batchOf = (images: number) => ({
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"url":"http://10.0.0.1/"}\n'.repeat(images),
    });
    const refused = await client.ask('/v1/batches', batchOf(5));
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(problemOf(refused.body)).toMatchObject({
      code: 'quota-exceeded',
      detail: expect.stringMatching(/has 5 images, .* 4 more today/),
    });
    expect((await client.get('/v1/batches')).body).toEqual({ items: [], next: null });
    const accepted = await client.ask<{ id: string }>('/v1/batches', batchOf(4));
    expect(accepted.status).toBe(202);
    await eventually('all of them have failed', async () => {
      const { body } = await client.get<{ state: string; counts: { failed: number } }>(
        `/v1/batches/${accepted.body.id}`,
      );
      return body.state === 'done' && body.counts.failed === 4;
    });
    await eventually('they are given back', async () => (await client.ask('/v1/batches', batchOf(4))).status === 202);
  });

  it('has the use of its key written down, by the end of the service at the latest', async () => {
    await product.upload.end('SIGTERM');
    const used = await product.rows<{ name: string }>(
      `SELECT DISTINCT c.name FROM api_key k JOIN client c ON c.id = k.client_id WHERE k.last_used_at IS NOT NULL
       ORDER BY c.name`,
    );
    expect(used.map(({ name }) => name)).toEqual(['bulky', 'curious', 'hasty', 'hurried', 'shop', 'thrifty']);
  });
});
