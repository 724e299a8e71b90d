import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drawSample } from '#imaging/draw-samples.js';
import { ClientStore } from '#persistence/client-store.js';
import { isJsonObject, type Json } from '#openapi/json.js';
import { readSettings } from '#settings/settings.js';
import { ApiDocument } from '../support/api-document.js';
import { Product } from '../support/product.js';
import { TestClient } from '../support/test-client.js';

jest.setTimeout(90_000);

const ANSWER_MS_MAX = 20_000;
/** More than one upload may have, and less than is cut off. */
const ASSET_BYTES_MAX = 100_000;
const NOBODY = '019e8f5e-7c1a-7e55-8a7e-2f0a6f0a3a11';
const LINES = { 'content-type': 'application/x-ndjson' };
/** The model that the product serves unless told. */
const model = `/v2/models/${readSettings({}, '.').fast.model.split('/', 1)[0] ?? ''}`;
const JPEG = { 'content-type': 'image/jpeg' };

const document = ApiDocument.read();
let product: Product;
let images: Server;
let jpeg: Uint8Array;
/** A client that may upload once a minute. */
let hasty: TestClient;
let admin: string;

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const post = (body: RequestInit['body'], headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: body ?? null,
  headers,
});
const bytes = (): RequestInit => post(new Uint8Array(jpeg), JPEG);

beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  images = createServer((_, response) => void response.writeHead(200, JPEG).end(jpeg)).listen(0, '127.0.0.1');
  await new Promise((resolve) => images.once('listening', resolve));
  product = await Product.open({
    settings: {
      ASSET_BYTES_MAX: String(ASSET_BYTES_MAX),
      FETCH_PRIVATE_NETWORKS: '127.0.0.0/8',
      FETCH_PRIVATE_PORTS: String((images.address() as AddressInfo).port),
    },
  });
  const limits = { uploadsPerMinute: 1, assetsPerDay: 1, retentionDays: null };
  const client = await new ClientStore(product.database).create('hasty', limits);
  if (client === undefined) throw new Error('hasty is there already');
  hasty = new TestClient(client.id, await product.addKey('client', client.id, ['upload']), () => product.upload.url);
  admin = await product.addKey('admin', null, []);
  await product.upload.start();
});
afterAll(async () => {
  await product.close();
  images.close();
});

/**
 * Asks, and holds the answer against the document.
 *
 * @param secret of a key; undefined: the client's, null: none
 * @returns the body of an answer in JSON
 */
async function ask(path: string, status: number, init: RequestInit = {}, secret?: string | null): Promise<Json> {
  const headers = new Headers(init.headers);
  if (secret !== null) headers.set('authorization', `Bearer ${secret ?? product.client.secret}`);
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const response = await fetch(`${product.upload.url}${path}`, { signal, ...init, headers });
  const contentType = response.headers.get('content-type');
  const isStream = contentType?.startsWith('text/event-stream') === true;
  const text = isStream ? '' : await response.text();
  if (isStream) await response.body?.cancel();
  const body = /^application\/(problem\+)?json/.test(contentType ?? '') ? (JSON.parse(text) as Json) : null;
  const faults = document.faults({ method: init.method ?? 'GET', path, status: response.status, contentType, body });
  expect({ path, status: response.status, faults, ...(faults.length > 0 ? { body } : {}) }).toEqual({
    path,
    status,
    faults: [],
  });
  return body;
}

function memberOf(body: Json, name: string): string {
  const member = isJsonObject(body) ? body[name] : undefined;
  return typeof member === 'string' ? member : '';
}

describe('what the upload service really answers is what docs/openapi.json says', () => {
  it('to uploads, and to reading them', async () => {
    const key = { 'idempotency-key': 'one' };
    const made = await ask(
      '/v1/assets?class=urgent&metadata=%7B%22a%22%3A1%7D',
      201,
      post(new Uint8Array(jpeg), { ...JPEG, ...key }),
    );
    await ask(
      '/v1/assets?class=urgent&metadata=%7B%22a%22%3A1%7D',
      201,
      post(new Uint8Array(jpeg), { ...JPEG, ...key }),
    );
    await ask('/v1/assets', 422, post(new Uint8Array(jpeg), { ...JPEG, ...key }));
    const form = new FormData();
    form.set('externalId', 'post-81');
    form.set('file', new Blob([new Uint8Array(jpeg)]), 'cat.jpg');
    await ask('/v1/assets', 201, post(form), product.stranger.secret);
    const { port } = images.address() as AddressInfo;
    await ask('/v1/assets', 201, json({ url: `http://127.0.0.1:${port}/cat.jpg`, externalId: 'post-82' }));
    const id = memberOf(made, 'id');
    await ask(`/v1/assets/${id}`, 200);
    await ask(`/v1/assets/${id}/revisions`, 200);
    await ask('/v1/assets?limit=1&served=true', 200);
    await ask(`/v1/assets/${id}`, 404, {}, product.stranger.secret);
    await ask(`/v1/assets/${id}`, 204, { method: 'DELETE' });
    await ask(`/v1/assets/${id}`, 410);
  });

  it('to uploads that it does not take', async () => {
    await ask('/v1/assets?class=soon', 400, bytes());
    await ask('/v1/assets', 400, post(''));
    await ask('/v1/assets', 401, bytes(), null);
    await ask('/v1/assets', 403, bytes(), admin);
    await ask('/v1/assets', 413, post(Buffer.concat([jpeg, new Uint8Array(ASSET_BYTES_MAX)]), JPEG));
    await ask('/v1/assets', 415, post('%PDF-1.7 this is no image', JPEG));
    await ask('/v1/assets', 422, post(new Uint8Array(jpeg.subarray(0, 300)), JPEG));
    await ask('/v1/assets', 422, json({ url: 'http://10.0.0.1/cat.jpg' }));
    await ask('/v1/assets', 201, bytes(), hasty.secret);
    await ask('/v1/assets', 429, bytes(), hasty.secret);
  });

  it('to batches', async () => {
    const lines = '{"url":"http://10.0.0.1/1.jpg","externalId":"post-1"}\n';
    const made = await ask('/v1/batches', 202, post(lines, LINES));
    const id = memberOf(made, 'id');
    await ask(`/v1/batches/${id}`, 200);
    await ask(`/v1/batches/${id}/errors`, 200);
    await ask('/v1/batches?limit=1', 200);
    await ask(`/v1/batches/${id}`, 200, { method: 'DELETE' });
    await ask(`/v1/batches/${NOBODY}`, 404);
    await ask('/v1/batches', 400, post('{"url":1}', LINES));
    await ask('/v1/batches', 415, post('x', { 'content-type': 'text/plain' }));
    await ask('/v1/batches', 422, post('PK no zip', { 'content-type': 'application/zip' }));
  });

  it('to webhooks and streams', async () => {
    const made = await ask('/v1/webhooks', 201, json({ url: 'https://127.0.0.1/hook' }));
    const path = `/v1/webhooks/${memberOf(made, 'id')}`;
    const sent = await ask(`${path}/test`, 202, { method: 'POST' });
    await ask('/v1/webhooks', 200);
    await ask(path, 200);
    await ask(`${path}/deliveries`, 200);
    await ask(`${path}/deliveries/${memberOf(sent, 'eventId')}/replay`, 202, { method: 'POST' });
    await ask(`${path}/rotate`, 200, { method: 'POST' });
    await ask(path, 200, { ...json({ state: 'disabled' }), method: 'PATCH' });
    await ask(`${path}/test`, 409, { method: 'POST' });
    await ask(path, 400, { ...json({ state: 'on' }), method: 'PATCH' });
    await ask(path, 204, { method: 'DELETE' });
    await ask(path, 404);
    await ask('/v1/events?types=asset.final', 200);
    await ask('/v1/events?types=asset.lost', 400);
    await ask('/v1/events', 410, { headers: { 'last-event-id': NOBODY } });
  });

  it('to those who ask for raw scores', async () => {
    const infer = {
      inputs: [{ name: 'image', datatype: 'UINT8', shape: [1, 224, 224, 3], data: Array<number>(150_528).fill(9) }],
    };
    const { versions } = (await ask(model, 200)) as { versions: string[] };
    for (const path of [model, `${model}/versions/${versions[0] ?? ''}`]) {
      await ask(path, 200);
      await ask(`${path}/ready`, 200, {}, null);
      await ask(`${path}/infer`, 200, json(infer));
    }
    await ask(`${model}/infer`, 400, json({ inputs: [] }));
    await ask(model, 403, {}, product.stranger.secret);
    await ask('/v2/models/none', 404);
    for (const path of ['/v2', '/v2/health/live', '/v2/health/ready']) await ask(path, 200, {}, null);
  });

  it('about itself', async () => {
    for (const path of [
      '/health/live',
      '/health/ready',
      '/metrics',
      '/openapi.json',
      '/docs',
      '/docs/swagger-ui.css',
    ]) {
      await ask(path, 200, {}, null);
    }
    await ask('/docs/passwd', 404, {}, null);
    await ask('/v1/plan', 403);
    const { status } = await fetch(`${product.upload.url}/v1/plan`, { headers: { authorization: `Bearer ${admin}` } });
    await ask('/v1/plan', status, {}, admin);
  });

  it('at every route there is', () => {
    const forgotten = document.operations().filter((operation) => !document.asked.has(operation));
    expect(forgotten).toEqual([]);
  });
});

describe('the reference', () => {
  it('is served as it is committed, and not again to whom has it', async () => {
    const first = await fetch(`${product.upload.url}/openapi.json`);
    const etag = first.headers.get('etag') ?? '';
    expect([first.headers.get('cache-control'), await first.text()]).toEqual(['no-cache', document.text]);
    const second = await fetch(`${product.upload.url}/openapi.json`, { headers: { 'if-none-match': etag } });
    expect([second.status, await second.text(), etag]).toEqual([304, '', expect.stringMatching(/^"[\w-]{27}"$/)]);
  });

  it('loads nothing from anywhere else, and runs no script of its page', async () => {
    const page = await fetch(`${product.upload.url}/docs`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const html = await page.text();
    expect(html).not.toMatch(/https?:|<script(?![^>]* src="docs\/)|<style| style=/);
    const parts = [...html.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, part = '']) => part);
    expect(parts).toHaveLength(5);
    for (const part of parts) {
      const { status, headers } = await fetch(`${product.upload.url}/${part}`);
      expect([part, status, headers.get('cache-control')]).toEqual([part, 200, 'public, max-age=86400']);
    }
  });

  it('is not there where it is switched off', async () => {
    const quiet = product.another('upload', { API_REFERENCE: 'off' });
    await quiet.launch();
    const statuses = ['/docs', '/openapi.json', '/docs/swagger-ui.css'].map(
      async (path) => (await fetch(`${quiet.url}${path}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 404, 404]);
    await quiet.stop();
  });
});
