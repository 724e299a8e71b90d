import 'reflect-metadata';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import type { BulkAnswer, BulkPage } from '#contracts/bulk-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { CommitGate } from '../support/commit-gate.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { runCli } from '../support/run-cli.js';
import type { Answer, TestClient } from '../support/test-client.js';
import { zipOf } from '../support/zip.js';

const IMAGES = 24;
const NDJSON = 'application/x-ndjson';

let product: Product;
let images: Buffer[];
/** Serves the images at `/<index>`, nothing anywhere else, and keeps whoever asks for `/hang` waiting. */
let web: Server;
let base: string;
let asked: string[] = [];

beforeAll(async () => {
  web = createServer(({ url = '' }, response) => {
    asked.push(url);
    if (url === '/hang') return;
    const bytes = images[Number(url.slice(1))];
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  const drawn = Array.from({ length: IMAGES }, (_, index) => drawSample(index, { width: 96, height: 64 }));
  images = (await Promise.all(drawn)).map(({ bytes }) => bytes);
  const settings = { FETCH_PRIVATE_NETWORKS: '127.0.0.1/32', FETCH_PRIVATE_PORTS: '1024-65535' };
  product = await Product.open({ settings });
  await Promise.all([product.upload.start(), product.batch().start()]);
});

afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await product.close();
});

const post = <T>(route: string, type: string, body: string | Uint8Array, key?: string): Promise<Answer<T>> =>
  product.client.ask<T>(route, {
    method: 'POST',
    headers: { 'content-type': type, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body,
  });

const byUrl = <T = AssetAnswer>(fields: object, key?: string): Promise<Answer<T>> =>
  post<T>('/v1/assets', 'application/json', JSON.stringify(fields), key);

const lines = (of: readonly object[]): string => of.map((line) => JSON.stringify(line)).join('\n');

async function read(id: string, client: TestClient = product.client): Promise<Answer<BulkAnswer>> {
  return client.get<BulkAnswer>(`/v1/batches/${id}`);
}

/** Waits for a batch's end. */
const ended = (id: string, client?: TestClient): Promise<BulkAnswer> =>
  eventually('the batch has ended', async () => {
    const { body } = await read(id, client);
    return body.state === 'running' ? undefined : body;
  });

async function errorLines(id: string): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${product.upload.url}/v1/batches/${id}/errors`, {
    headers: { authorization: `Bearer ${product.client.secret}` },
  });
  const text = await response.text();
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
}

describe('an image by its address', () => {
  it('is fetched, judged and stored like any other; the same request again fetches nothing', async () => {
    asked = [];
    const fields = { url: `${base}/0`, externalId: 'by-url', metadata: { page: 3 } };
    const { status, body } = await byUrl(fields, 'url-1');
    expect([status, body.externalId, body.bytes, body.metadata]).toEqual([
      201,
      'by-url',
      images[0]?.length,
      { page: 3 },
    ]);
    const again = await byUrl(fields, 'url-1');
    expect([again.body.id, again.headers.get('idempotent-replayed'), asked]).toEqual([body.id, 'true', ['/0']]);
    const other = await byUrl<ProblemBody>({ ...fields, url: `${base}/1` }, 'url-1');
    expect(other.body.code).toBe('key-reused');
    product.client.seen.push(body.id);
  });

  it.each([
    [{ url: 'http://169.254.169.254/latest/meta-data/' }, 422, 'url-refused'],
    [{ url: 'http://127.0.0.2:8080/' }, 422, 'url-refused'],
    [{ url: 'file:///etc/passwd' }, 422, 'url-refused'],
    [{ url: '/missing' }, 422, 'url-unreachable'],
    [{ url: '/1', class: 'soon' }, 400, 'invalid-request'],
    [{ url: 5 }, 400, 'invalid-request'],
    [{ externalId: 'no address' }, 400, 'invalid-request'],
    [{ url: '/1', externalId: ' '.repeat(20_000) }, 413, 'too-large'],
  ])('like %j is refused', async (fields: object, status, code) => {
    const body = JSON.stringify(fields).replace('"/', `"${base}/`);
    const answer = await post<ProblemBody>('/v1/assets', 'application/json', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('many addresses', () => {
  const sent = (): object[] => [
    { url: `${base}/2`, externalId: 'two' },
    { url: `${base}/3`, externalId: 'three', uploaderId: 'u', metadata: { page: 1 } },
    { url: 'http://10.0.0.1/inside', externalId: 'inside' },
  ];

  it('become assets; those that fail are told so that they can be sent again', async () => {
    const { status, body, headers } = await post<BulkAnswer>('/v1/batches', NDJSON, lines(sent()), 'batch-1');
    expect([status, body.total, body.kind]).toEqual([202, 3, 'urls']);
    expect(headers.get('location')).toBe(`/v1/batches/${body.id}`);
    const { counts, report, state } = await ended(body.id);
    expect([state, counts]).toEqual(['done', { total: 3, waiting: 0, accepted: 2, failed: 1, cancelled: 0 }]);
    expect([report.verdicts.allow + report.verdicts.block, report.failures]).toEqual([2, { 'url-refused': 1 }]);
    const failed = await errorLines(body.id);
    const problem = { code: 'url-refused', detail: expect.any(String) };
    expect(failed).toEqual([{ url: 'http://10.0.0.1/inside', externalId: 'inside', problem }]);
    const again = await post<BulkAnswer>('/v1/batches', NDJSON, lines(failed));
    expect([again.status, again.body.total]).toEqual([202, 1]);
    const replayed = await post<BulkAnswer>('/v1/batches', NDJSON, lines(sent()), 'batch-1');
    expect([replayed.body.id, replayed.headers.get('idempotent-replayed')]).toEqual([body.id, 'true']);
    const assets = await product.client.get<{ items: AssetAnswer[] }>('/v1/assets?externalId=three');
    expect(assets.body.items).toMatchObject([{ class: 'bulk', uploaderId: 'u', metadata: { page: 1 } }]);
  });

  it('of one client are nobody else’s', async () => {
    const { body } = await post<BulkAnswer>('/v1/batches', NDJSON, lines([{ url: `${base}/4` }]));
    const theirs = product.stranger;
    const cancelled = await theirs.ask(`/v1/batches/${body.id}`, { method: 'DELETE' });
    const statuses = [(await read(body.id, theirs)).status, cancelled.status];
    statuses.push((await theirs.get(`/v1/batches/${body.id}/errors`)).status);
    expect(statuses).toEqual([404, 404, 404]);
    expect((await theirs.get<BulkPage>('/v1/batches')).body.items).toEqual([]);
    const first = await product.client.get<BulkPage>('/v1/batches?limit=1');
    expect(first.body.items.map(({ id }) => id)).toEqual([body.id]);
    const next = await product.client.get<BulkPage>(`/v1/batches?limit=50&cursor=${first.body.next}`);
    expect(next.body.items.length).toBeGreaterThan(0);
    await ended(body.id);
  });

  it('may be given up', async () => {
    const hanging = Array.from({ length: 20 }, () => ({ url: `${base}/hang` }));
    const { body } = await post<BulkAnswer>('/v1/batches', NDJSON, lines(hanging));
    await eventually('some are begun', () => asked.includes('/hang'));
    const cancelled = await product.client.ask<BulkAnswer>(`/v1/batches/${body.id}`, { method: 'DELETE' });
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
    expect(cancelled.body.counts).toEqual({ total: 20, waiting: 0, accepted: 0, failed: 0, cancelled: 20 });
  });

  it.each<[string, string, string, string, RegExp]>([
    ['a wrong line', NDJSON, '{"url":"http://a.example/"}\n{"url":5}', 'invalid-request', /\/2\/url/],
    ['no JSON', NDJSON, 'http://a.example/', 'invalid-request', /"\/1"/],
    ['nothing', NDJSON, '\n\n', 'empty-body', /url/],
    ['too many lines', NDJSON, '{"url":"http://a.example/"}\n'.repeat(10_001), 'too-large', /10000/],
    ['another type', 'text/csv', 'a,b', 'unsupported-media', /zip/],
    ['no archive', 'application/zip', 'a,b', 'invalid-archive', /zip/],
  ])('with %s are refused', async (_case, type, body, code, says) => {
    const answer = await post<ProblemBody>('/v1/batches', type, body);
    expect(answer.body.code).toBe(code);
    expect(JSON.stringify(answer.body)).toMatch(says);
  });
});

describe('an archive', () => {
  const archive = (extra: { name: string; content: Buffer }[] = []): Buffer =>
    zipOf([...images.map((content, index) => ({ name: `pictures/${index}.img`, content })), ...extra]);
  const kept = (): Promise<string[]> => readdir(path.join(product.home, 'bulk'));

  it('is worked off once, shared by two services, one of which is killed in the middle', async () => {
    const other = product.another('upload');
    await other.start();
    const gate = await CommitGate.build(product);
    const open = await gate.close();
    const manifest = lines(images.map((_, index) => ({ file: `pictures/${index}.img`, externalId: `zip-${index}` })));
    const bytes = archive([
      { name: 'manifest.jsonl', content: Buffer.from(manifest) },
      { name: 'notes.txt', content: Buffer.from('no image') },
    ]);
    const { status, body } = await post<BulkAnswer>('/v1/batches', 'application/zip', bytes, 'archive-1');
    expect([status, body.total, await kept()]).toEqual([202, IMAGES + 1, [body.id]]);
    await eventually('some are about to be accepted', async () => (await gate.waiting()) >= 2);
    await product.upload.end('SIGKILL');
    expect(await product.count(`bulk_item WHERE submission_id = $1 AND state = 'accepted'`, [body.id])).toBe(0);
    await open();
    const { counts, report } = await ended(body.id, product.client.at(other.url));
    await product.upload.start();
    expect(counts).toEqual({ total: IMAGES + 1, waiting: 0, accepted: IMAGES, failed: 1, cancelled: 0 });
    expect(report.failures).toEqual({ 'unsupported-media': 1 });
    expect(await errorLines(body.id)).toMatchObject([{ file: 'notes.txt', problem: { code: 'unsupported-media' } }]);
    const ids = await product.rows<{ id: string }>(`SELECT id FROM asset WHERE external_id LIKE 'zip-%'`);
    expect(ids).toHaveLength(IMAGES);
    product.client.seen.push(...ids.map(({ id }) => id));
    await eventually('nothing of it is kept', async () => (await kept()).length === 0);
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0 });
    const transitions = (await read(body.id)).body.report.transitions;
    expect(Object.values(transitions).reduce((sum, count) => sum + count, 0)).toBe(IMAGES);
    expect(transitions.pending).toBeUndefined();
  });
});

describe('the command', () => {
  it('hands a batch in, watches it, and gives back what failed', async () => {
    const [file, keyFile] = [path.join(product.home, 'urls.jsonl'), path.join(product.home, 'a-key')];
    await writeFile(file, lines([{ url: `${base}/5`, externalId: 'by-command' }, { url: `${base}/missing.html` }]));
    await writeFile(keyFile, product.client.secret);
    const reach = ['--url', product.upload.url, '--key-file', keyFile];
    const { body } = await post<BulkAnswer>('/v1/batches', NDJSON, lines([{ url: 'http://10.0.0.1/' }]));
    await ended(body.id);
    const submitted = await runCli(['batches', 'submit', file, ...reach, '--json'], {});
    expect([submitted.code, JSON.parse(submitted.out)]).toEqual([0, expect.objectContaining({ total: 2 })]);
    const watched = await runCli(['batches', 'status', body.id, '--watch', ...reach], {});
    expect([watched.code, watched.out]).toEqual([1, expect.stringContaining('1 failed: 1 url-refused')]);
    const errors = await runCli(['batches', 'errors', body.id, ...reach], {});
    expect(JSON.parse(errors.out)).toMatchObject({ url: 'http://10.0.0.1/', problem: { code: 'url-refused' } });
    const listed = await runCli(['batches', 'status', ...reach], {});
    expect(listed.out).toContain(body.id);
  });
});
