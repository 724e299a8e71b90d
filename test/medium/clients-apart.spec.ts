import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { registeredRoutes } from '../support/registered-routes.js';

/** A name that nobody but the first client has. */
const MARK = 'post-of-the-shop-81';
/** Nobody listens there. */
const HOOK = 'https://127.0.0.1/hook';
const LINES = 'application/x-ndjson';

/** What the first client has. */
interface Mine {
  readonly asset: string;
  readonly endpoint: string;
  readonly event: string;
  readonly batch: string;
}
type Ask = (mine: Mine) => { readonly path: string; readonly status: number } & RequestInit;

const json = (body: unknown): RequestInit => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const at = (path: string, status: number, init: RequestInit = {}) => ({ path, status, ...init });

/** Every route that asks for a key, with what a second client gets that names the first one's things. */
const ROUTES: Readonly<Record<string, Ask>> = {
  'GET /v1/assets': () => at(`/v1/assets?externalId=${MARK}`, 200),
  'GET /v1/assets/:id': ({ asset }) => at(`/v1/assets/${asset}`, 404),
  'DELETE /v1/assets/:id': ({ asset }) => at(`/v1/assets/${asset}`, 404),
  'GET /v1/assets/:id/revisions': ({ asset }) => at(`/v1/assets/${asset}/revisions`, 404),
  'GET /v1/batches': () => at('/v1/batches', 200),
  'GET /v1/batches/:id': ({ batch }) => at(`/v1/batches/${batch}`, 404),
  'GET /v1/batches/:id/errors': ({ batch }) => at(`/v1/batches/${batch}/errors`, 404),
  'DELETE /v1/batches/:id': ({ batch }) => at(`/v1/batches/${batch}`, 404),
  'GET /v1/webhooks': () => at('/v1/webhooks', 200),
  'GET /v1/webhooks/:id': ({ endpoint }) => at(`/v1/webhooks/${endpoint}`, 404),
  'PATCH /v1/webhooks/:id': ({ endpoint }) => at(`/v1/webhooks/${endpoint}`, 404, json({ state: 'disabled' })),
  'DELETE /v1/webhooks/:id': ({ endpoint }) => at(`/v1/webhooks/${endpoint}`, 404),
  'POST /v1/webhooks/:id/rotate': ({ endpoint }) => at(`/v1/webhooks/${endpoint}/rotate`, 404),
  'GET /v1/webhooks/:id/deliveries': ({ endpoint }) => at(`/v1/webhooks/${endpoint}/deliveries`, 404),
  'POST /v1/webhooks/:id/deliveries/:eventId/replay': ({ endpoint, event }) =>
    at(`/v1/webhooks/${endpoint}/deliveries/${event}/replay`, 404),
  'POST /v1/webhooks/:id/test': ({ endpoint }) => at(`/v1/webhooks/${endpoint}/test`, 404),
  'GET /v1/plan': () => at('/v1/plan', 403),
  'GET /v2/models/:name': () => at('/v2/models/any', 403),
  'GET /v2/models/:name/versions/:version': () => at('/v2/models/any/versions/1', 403),
  'POST /v2/models/:name/infer': () => at('/v2/models/any/infer', 403),
  'POST /v2/models/:name/versions/:version/infer': () => at('/v2/models/any/versions/1/infer', 403),
};
/** Open to everybody, by their addresses. */
const OPEN: Readonly<Record<string, string>> = {
  'GET /docs': '/docs',
  'GET /docs/:file': '/docs/reference.css',
  'GET /health/live': '/health/live',
  'GET /health/ready': '/health/ready',
  'GET /metrics': '/metrics',
  'GET /openapi.json': '/openapi.json',
  'GET /v2': '/v2',
  'GET /v2/health/live': '/v2/health/live',
  'GET /v2/health/ready': '/v2/health/ready',
  'GET /v2/models/:name/ready': '/v2/models/any/ready',
  'GET /v2/models/:name/versions/:version/ready': '/v2/models/any/versions/1/ready',
};
/** Those that name nothing of anybody's, and the stream; they have tests of their own below. */
const OTHERS = ['POST /v1/assets', 'POST /v1/batches', 'POST /v1/webhooks', 'GET /v1/events'];

let product: Product;
let jpeg: Uint8Array;
let mine: Mine;

beforeAll(async () => {
  product = await Product.open({ settings: { FETCH_PRIVATE_NETWORKS: '127.0.0.0/8' } });
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  await product.upload.start();
  const { client } = product;
  const asset = await client.submit(jpeg, { fields: { externalId: MARK, uploaderId: MARK }, key: MARK });
  const endpoint = await client.ask<{ id: string }>('/v1/webhooks', { method: 'POST', ...json({ url: HOOK }) });
  const tested = await client.ask<{ eventId: string }>(`/v1/webhooks/${endpoint.body.id}/test`, { method: 'POST' });
  const lines = { body: JSON.stringify({ url: HOOK, externalId: MARK }), headers: { 'content-type': LINES } };
  const batch = await client.ask<{ id: string }>('/v1/batches', { method: 'POST', ...lines });
  expect([endpoint.status, tested.status, batch.status]).toEqual([201, 202, 202]);
  mine = { asset, endpoint: endpoint.body.id, event: tested.body.eventId, batch: batch.body.id };
});
afterAll(() => product.close());

/** Asks as the second client. */
async function ask(path: string, init: RequestInit): Promise<{ status: number; text: string }> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${product.stranger.secret}`);
  const signal = AbortSignal.timeout(60_000);
  const response = await fetch(`${product.upload.url}${path}`, { signal, ...init, headers });
  return { status: response.status, text: await response.text() };
}

function expectNothingOf({ asset, endpoint, event, batch }: Mine, text: string): void {
  for (const secret of [MARK, asset, endpoint, event, batch]) expect(text).not.toContain(secret);
}

describe('a second client', () => {
  it('is tried at every route that there is', async () => {
    const tried = [...Object.keys(ROUTES), ...Object.keys(OPEN), ...OTHERS];
    expect(await registeredRoutes()).toEqual(tried.sort());
  });

  it.each(Object.entries(OPEN))('at %s, where everybody may ask, finds nothing of anybody’s', async (_route, path) => {
    expectNothingOf(mine, (await ask(path, {})).text);
  });

  it.each(Object.entries(ROUTES))('at %s gets nothing of the first one’s', async (route, asked) => {
    const { path, status, ...init } = asked(mine);
    const answer = await ask(path, { method: route.split(' ', 1)[0] ?? '', ...init });
    expect(answer.status).toBe(status);
    expectNothingOf(mine, answer.text);
    if (status === 200) expect((JSON.parse(answer.text) as { items: unknown[] }).items).toEqual([]);
  });

  it('with the same idempotency key and the same image has an asset of its own', async () => {
    const { status, body } = await product.stranger.upload(jpeg, { key: MARK });
    expect(status).toBe(201);
    expectNothingOf(mine, JSON.stringify(body));
  });

  it('hears nothing of what happens to the first one’s assets', async () => {
    const theirs = await product.stranger.submit(jpeg);
    const ids = [mine.asset, theirs];
    const controller = new AbortController();
    const { signal } = controller;
    const streams = await Promise.all(
      [product.client, product.stranger].map(({ secret }) =>
        fetch(`${product.upload.url}/v1/events`, { signal, headers: { authorization: `Bearer ${secret}` } }),
      ),
    );
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    const heard = streams.map((stream) => heardOn(stream));
    const batch = product.batch();
    await batch.start();
    await eventually('each hears of its own', () => ids.every((id, n) => heard[n]?.text().includes(id)));
    expectNothingOf(mine, heard[1]?.text() ?? MARK);
    expect(heard[0]?.text()).not.toContain(theirs);
    controller.abort();
    await batch.stop();
  });

  it('has changed nothing', async () => {
    const { client } = product;
    expect((await client.get(`/v1/webhooks/${mine.endpoint}`)).body).toMatchObject({ state: 'enabled' });
    expect((await client.get(`/v1/batches/${mine.batch}`)).status).toBe(200);
    expect((await client.get<{ items: unknown[] }>(`/v1/assets?externalId=${MARK}`)).body.items).toHaveLength(1);
    expect(await product.verify({ settled: false })).toMatchObject({ exitCode: 0, faults: [] });
  });
});

/** What has come on a stream until now. */
function heardOn({ body }: Response): { text: () => string } {
  let text = '';
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
  };
  // it ends when the test aborts it
  read().catch(() => undefined);
  return { text: () => text };
}
