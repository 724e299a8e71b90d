import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ClientLimits } from '#contracts/access.js';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { ClientStore } from '#persistence/client-store.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { TestClient } from '../support/test-client.js';

jest.setTimeout(240_000);

/** A hang: a change of limits is known after five seconds, a count after three more. */
const HANG_MS = 90_000;

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

async function clientWith(name: string, limits: ClientLimits): Promise<TestClient> {
  const client = await clients.create(name, limits);
  if (client === undefined) throw new Error(`${name} is there already`);
  const secret = await product.addKey('client', client.id, ['upload', 'read']);
  return new TestClient(client.id, secret, () => product.upload.url);
}

const NONE = { uploadsPerMinute: null, assetsPerDay: null };
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
        return answer.status === 429 ? answer : undefined;
      },
      HANG_MS,
    );
    const { code, retryAfterMs = 0 } = problemOf(refused.body);
    expect(code).toBe('quota-exceeded');
    // whose answer was lost: it is there already
    const repeated = await there.upload(jpeg, { key: 'the last of the day' });
    expect([repeated.status, repeated.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    const midnightMs = new Date().setUTCHours(24, 0, 0, 0);
    expect(Math.abs(Date.now() + retryAfterMs - midnightMs)).toBeLessThan(60_000);
    await other.stop();

    await clients.change(client.id, { assetsPerDay: null });
    await eventually(
      'it may go on',
      async () => (await client.upload(jpeg, { key: 'the last' })).status === 201,
      HANG_MS,
    );
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
    expect(used.map(({ name }) => name)).toEqual(['bulky', 'hasty', 'shop', 'thrifty']);
  });
});
