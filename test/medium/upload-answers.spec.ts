import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { AssetAnswer, AssetPage, RevisionAnswer } from '#contracts/asset-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { CommitGate } from '../support/commit-gate.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let product: Product;
let jpeg: Uint8Array;
/** Of a key that was known, and is revoked while all else is tested. */
let revoked: string;

beforeAll(async () => {
  [product, jpeg] = await Promise.all([
    Product.open(),
    drawSample(0, { width: 96, height: 64 }).then(({ bytes }) => bytes),
  ]);
  await product.upload.start();
  const secret = await product.addKey('client', product.client.id, ['upload', 'read']);
  expect((await product.client.with(secret).get('/v1/assets')).status).toBe(200);
  await product.rows(`UPDATE api_key SET revoked_at = now() WHERE prefix = $1`, [secret.slice(0, 12)]);
  revoked = secret;
});

afterAll(() => product.close());

const codeOf = (body: unknown): string => (body as ProblemBody).code;

describe('an upload is answered with its provisional decision', () => {
  it.each([
    { as: 'a body', form: false },
    { as: 'a form', form: true },
  ])('sent as $as', async ({ form }) => {
    const { status, headers, body } = await product.client.upload(jpeg, { form });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/assets/${body.id}`);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toBe('no-store');
    const ms = expect.any(Number);
    const time = expect.stringMatching(TIME);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      externalId: null,
      uploaderId: null,
      class: 'normal',
      metadata: null,
      mediaType: 'image/jpeg',
      bytes: jpeg.byteLength,
      sha256: createHash('sha256').update(jpeg).digest('hex'),
      receivedAt: time,
      served: true,
      decision: {
        revision: 1,
        stage: 'provisional',
        verdict: 'allow',
        band: 'clear',
        source: 'fast',
        reasons: [],
        policyVersion: 1,
        decidedAt: time,
      },
      transition: null,
      finalBy: time,
      ifLate: 'provisional_stands',
      late: false,
      labels: ['neutral.drawing', 'sexual.explicit.drawn', 'neutral', 'sexual.explicit', 'sexual.suggestive'].map(
        (label) => ({ label, score: ms }),
      ),
      timing: { receiveMs: ms, queueMs: ms, decodeMs: ms, inferenceMs: ms, storeMs: ms, totalMs: ms },
      links: { self: `/v1/assets/${body.id}`, revisions: `/v1/assets/${body.id}/revisions` },
    });
    const { timing, ...kept } = body;
    expect(timing?.totalMs).toBeGreaterThan(timing?.inferenceMs ?? Infinity);
    expect((await product.client.get(`/v1/assets/${body.id}`)).body).toEqual(kept);
    expect((await product.client.get(`/v1/assets/${body.id}/revisions`)).body).toEqual({
      items: [{ ...body.decision, supersedes: null }],
    });
    expect((await product.files.digest(body.id))?.toString('hex')).toBe(body.sha256);
  });

  it.each([
    { by: 'the query', form: false },
    { by: 'the form', form: true },
  ])('with what the client said about it in $by', async ({ form }) => {
    const fields = { externalId: 'a/b?c=d&é', uploaderId: 'user 7', class: 'urgent' };
    const metadata = { page: 3, draft: true, title: 'Überschrift' };
    const said = { ...fields, metadata: JSON.stringify(metadata) };
    const { status, body } = await product.client.upload(jpeg, { fields: said, form });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...fields, metadata });
    expect(Date.parse(body.finalBy) - Date.parse(body.receivedAt)).toBe(60_000);
    expect((await product.client.get(`/v1/assets/${body.id}`)).body).toMatchObject({ ...fields, metadata });
  });

  it('and shows scores to keys with the scope `scores` only', async () => {
    const key = 'scores';
    const { body } = await product.stranger.upload(jpeg, { key });
    const replay = await product.stranger.upload(jpeg, { key });
    const read = await product.stranger.get(`/v1/assets/${body.id}`);
    const listed = await product.stranger.get<AssetPage>('/v1/assets');
    for (const answer of [body, replay.body, read.body, ...listed.body.items])
      expect(answer).not.toHaveProperty('labels');
    expect(JSON.stringify([body, replay.body, read.body, listed.body])).not.toMatch(/score/i);
  });
});

describe('a list', () => {
  it('leads through all pages without a gap and without a double, also while more comes in', async () => {
    const mine: string[] = [];
    for (let n = 0; n < 7; n += 1)
      mine.unshift(await product.client.submit(jpeg, { fields: { uploaderId: 'lister' } }));
    const pages: string[][] = [];
    for (let next: string | null = ''; next !== null;) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const { body } = await product.client.get<AssetPage>(`/v1/assets?uploaderId=lister&limit=3${cursor}`);
      pages.push(body.items.map(({ id }) => id));
      next = body.next;
      await product.client.submit(jpeg, { fields: { uploaderId: 'lister' } });
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(mine);
  });

  it('is narrowed by its filters', async () => {
    const from = (await product.client.upload(jpeg, { fields: { externalId: 'narrow', class: 'bulk' } })).body;
    const ids = async (query: string): Promise<string[]> => {
      const { status, body } = await product.client.get<AssetPage>(`/v1/assets?limit=100&${query}`);
      expect([query, status]).toEqual([query, 200]);
      return body.items.map(({ id }) => id);
    };
    const all = await ids('');
    expect(all.length).toBe(await product.count('asset WHERE client_id = $1', [product.client.id]));
    expect(await ids('externalId=narrow')).toEqual([from.id]);
    expect(await ids(`receivedFrom=${from.receivedAt}`)).toEqual([from.id]);
    expect(await ids('receivedFrom=2026-01-31T12:00:00Z&stage=provisional&verdict=allow&served=true')).toEqual(all);
    for (const none of ['stage=final', 'verdict=block', 'served=false', 'transition=late_block', 'externalId=%25']) {
      expect([none, await ids(none)]).toEqual([none, []]);
    }
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['limit=x', '/limit'],
    ['stage=first', '/stage'],
    ['served=maybe', '/served'],
    ['cursor=1', '/cursor'],
    ['receivedFrom=yesterday', '/receivedFrom'],
    ['clientId=x', '/clientId'],
    ['externalId=%00', '/externalId'],
    ['externalId=a&externalId=b', '/externalId'],
    ['served=true&served=true', '/served'],
  ])('refuses ?%s', async (query, pointer) => {
    const { status, headers, body } = await product.client.get(`/v1/assets?${query}`);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(body).toMatchObject({ code: 'invalid-request' });
    const { errors } = body as unknown as ProblemBody;
    expect(new Set(errors?.map((fault) => fault.pointer))).toEqual(new Set([pointer]));
  });
});

describe('a key', () => {
  it('sees its own client only', async () => {
    const { body } = await product.client.upload(jpeg, { fields: { externalId: 'secret' } });
    for (const path of [`/v1/assets/${body.id}`, `/v1/assets/${body.id}/revisions`]) {
      const { status, body: problem } = await product.stranger.get(path);
      expect([status, problem['code']]).toEqual([404, 'not-found']);
      expect(JSON.stringify(problem)).not.toContain(body.id);
    }
    const lists = ['?externalId=secret', '?limit=100', `?cursor=ffffffff-ffff-7fff-bfff-ffffffffffff`];
    for (const query of lists) {
      const { body: page } = await product.stranger.get<AssetPage>(`/v1/assets${query}`);
      const owners = await product.rows<{ client_id: string }>(`SELECT client_id FROM asset WHERE id = ANY ($1)`, [
        page.items.map(({ id }) => id),
      ]);
      expect(owners.filter((row) => row.client_id !== product.stranger.id)).toEqual([]);
    }
    const replay = await product.stranger.upload(jpeg, { key: 'shared name' });
    const own = await product.client.upload(jpeg, { key: 'shared name' });
    expect(own.body.id).not.toBe(replay.body.id);
  });

  it.each([
    ['none', ''],
    ['one that nobody has', 'Bearer pck_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['another scheme', 'Basic cGNrOnBjaw=='],
    ['no word after the scheme', 'Bearer '],
    ['two words', 'Bearer a b'],
    ['a very long one', `Bearer ${'a'.repeat(3_000)}`],
  ])('is needed: %s is answered with 401', async (_, authorization) => {
    const uploads = await product.count('asset');
    for (const init of [{}, { method: 'POST', body: new Uint8Array(jpeg) }]) {
      const { status, headers, body } = await product.client.ask('/v1/assets', { ...init, headers: { authorization } });
      expect([status, body['code'], headers.get('www-authenticate')]).toEqual([401, 'unauthorized', 'Bearer']);
    }
    expect(await product.count('asset')).toBe(uploads);
  });

  it('does what its role and its scopes cover, and no more', async () => {
    const { client } = product;
    const id = await client.submit(jpeg);
    const cases = [
      { key: await product.addKey('moderator', null, []), upload: 403, read: 403 },
      { key: await product.addKey('admin', null, ['upload', 'read', 'scores']), upload: 403, read: 403 },
      { key: await product.addKey('client', client.id, ['upload']), upload: 201, read: 403 },
      { key: await product.addKey('client', client.id, ['read']), upload: 403, read: 200 },
    ];
    for (const { key, upload, read } of cases) {
      const holder = client.with(key);
      expect((await holder.upload(jpeg)).status).toBe(upload);
      for (const path of ['/v1/assets', `/v1/assets/${id}`, `/v1/assets/${id}/revisions`]) {
        expect([path, (await holder.get(path)).status]).toEqual([path, read]);
      }
    }
  });
});

describe('an idempotency key', () => {
  it('gives the same answer to the same request', async () => {
    const options = { key: 'k-1', fields: { externalId: 'x', metadata: '{"a":1,"b":2}' } };
    const first = await product.client.upload(jpeg, options);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    const again = { ...options, fields: { ...options.fields, metadata: '{"b":2,"a":1}' }, form: true };
    for (const other of [options, again]) {
      const replay = await product.client.upload(jpeg, other);
      expect([replay.status, replay.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      const { storeMs, totalMs, ...timing } = first.body.timing ?? { storeMs: 0, totalMs: 0 };
      expect(storeMs).toBeGreaterThan(0);
      expect(replay.body).toEqual({ ...first.body, timing: { ...timing, totalMs: expect.any(Number) } });
      expect(replay.body.timing?.totalMs).toBeLessThanOrEqual(totalMs);
    }
    expect(await product.count(`idempotency WHERE key = 'k-1'`)).toBe(1);
  });

  it('is refused for another request', async () => {
    const key = 'k-2';
    const id = await product.client.submit(jpeg, { key });
    const other = (await drawSample(2, { width: 64, height: 64 })).bytes;
    for (const [bytes, fields] of [
      [other, {}],
      [jpeg, { externalId: 'y' }],
      [jpeg, { class: 'bulk' }],
    ] as const) {
      const { status, body } = await product.client.upload(bytes, { key, fields });
      expect([status, codeOf(body)]).toEqual([422, 'key-reused']);
    }
    expect(await product.stored()).toContain(id);
    expect((await product.stored()).length).toBe(await product.count('asset'));
  });

  it.each(['', ' '.repeat(3), 'x'.repeat(256), 'clé'])('must be printable: %j', async (key) => {
    const { status, body } = await product.client.upload(jpeg, { key });
    // white space around a header's value is no part of it: an empty one is left
    expect([status, codeOf(body)]).toEqual([400, 'invalid-request']);
  });

  it('makes one row of 200 requests at once to two services', async () => {
    const key = 'stampede';
    const second = product.another('upload');
    await second.start();
    const gate = await CommitGate.build(product);
    const open = await gate.close();
    const uploads = Array.from({ length: 200 }, (_, n) =>
      (n % 2 === 0 ? product.client : product.client.at(second.url)).upload(jpeg, { key }),
    );
    await eventually('one of each service is about to commit', async () => (await gate.waiting()) === 2);
    await open();
    const answers = await Promise.all(uploads);
    const kinds = answers.map(({ status, headers }) => `${status} ${headers.get('idempotent-replayed') ?? ''}`);
    expect(kinds.filter((kind) => kind === '201 ')).toHaveLength(1);
    expect(new Set(kinds.filter((kind) => kind !== '201 ' && kind !== '201 true'))).toEqual(new Set(['409 ']));
    for (const { status, headers, body } of answers.filter((answer) => answer.status === 409)) {
      expect([status, headers.get('retry-after')]).toEqual([409, '1']);
      expect(body).toMatchObject({ code: 'still-running', retryable: true });
    }
    const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    expect(await product.count('idempotency WHERE key = $1', [key])).toBe(1);
    expect((await product.stored()).length).toBe(await product.count('asset'));
    await second.end('SIGTERM');
  });
});

describe('a key that has been revoked', () => {
  it('is refused by a service that knew it', async () => {
    const refused = async (): Promise<boolean> => (await product.client.with(revoked).get('/v1/assets')).status === 401;
    await eventually('the revoked key is refused', refused);
  });
});

describe('afterwards', () => {
  it('every asset, its bytes and its history are as the clients saw them', async () => {
    expect(await product.verify({ settled: false })).toMatchObject({
      exitCode: 0,
      faults: [],
      assets: await product.count('asset'),
      pending: await product.count('asset'),
    });
    const { body } = await product.client.get<AssetPage>('/v1/assets?limit=1');
    const answer: AssetAnswer | undefined = body.items[0];
    const history = await product.client.get<{ items: RevisionAnswer[] }>(answer?.links.revisions ?? '');
    expect(history.body.items).toHaveLength(1);
  });
});
