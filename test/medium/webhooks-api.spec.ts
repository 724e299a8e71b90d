import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Scope } from '#contracts/access.js';
import type { ProblemBody } from '#contracts/problems.js';
import type { DeliveryPage, EndpointAnswer, NewEndpointAnswer } from '#contracts/webhook-answer.js';
import { AccessStore } from '#persistence/access-store.js';
import { EventStore } from '#persistence/event-store.js';
import { WebhookStore } from '#persistence/webhook-store.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { createHttpService, listen } from '#service/http-service.js';
import { readSettings } from '#settings/settings.js';
import { createLogger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { acceptUploadBodies } from '../../apps/upload/assets/upload-bodies.js';
import { STREAMS_PER_CLIENT_MAX } from '../../apps/upload/events/event-streams.js';
import { EventsController } from '../../apps/upload/events/events.controller.js';
import { startEvents, type ClientEvents } from '../../apps/upload/events/start-events.js';
import { DeliveriesController } from '../../apps/upload/webhooks/deliveries.controller.js';
import { WebhooksController } from '../../apps/upload/webhooks/webhooks.controller.js';
import { addEvents } from '../support/event-rows.js';
import { eventually } from '../support/eventually.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { OpenStream } from '../support/read-events.js';
import { TestClient } from '../support/test-client.js';

const ALL = 1_000;
const URL_OF_SHOP = 'https://203.0.114.7/hooks';
const SECRET = /^whsec_[A-Za-z0-9+/]{43}=$/;

class ScenesModule {}

let made: MigratedDatabase;
let url: string;
let shop: TestClient;
let stranger: TestClient;
let uploadsOnly: TestClient;
let readsOnly: TestClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  made = await migratedDatabase(6);
  const access = new AccessStore(made.database);
  const clientOf = async (id: string, scopes: Scope[]): Promise<TestClient> => {
    const secret = `pck_${randomUUID()}`;
    await access.addKey({ secret, role: 'client', clientId: id, holder: 'test', scopes });
    return new TestClient(id, secret, () => url);
  };
  const shopId = await firstClient(made.database);
  shop = await clientOf(shopId, ['upload', 'read']);
  uploadsOnly = await clientOf(shopId, ['upload']);
  readsOnly = await clientOf(shopId, ['read']);
  stranger = await clientOf(await access.ensureClient('stranger'), ['upload', 'read']);
  const log = createLogger('upload', 'silent');
  const settings = readSettings({ DATABASE_URL: made.url }, '/');
  const events = startEvents(made.database, { settings, metrics: new Metrics(), log });
  const app = await createHttpService(moduleOf(events, access), { log, requestMsMax: 5_000, rawBodies: true });
  await acceptUploadBodies(app, 100_000);
  url = `http://127.0.0.1:${await listen(app, '127.0.0.1', 0)}`;
  stop = async () => {
    await events.stop();
    // fetch may have opened a connection that it had no request for: closing would wait for it
    app.getHttpServer().closeAllConnections();
    await app.close();
    await made.drop();
  };
});
afterAll(() => stop());
beforeEach(() => made.database.query('TRUNCATE asset, event, webhook_endpoint CASCADE'));

const moduleOf = ({ providers }: ClientEvents, access: AccessStore): DynamicModule => ({
  module: ScenesModule,
  controllers: [EventsController, WebhooksController, DeliveriesController],
  providers: [...providers, { provide: APP_GUARD, useValue: new ApiKeyGuard((secret) => access.principal(secret)) }],
});

interface Answered<T> {
  readonly status: number;
  readonly body: T;
}

async function ask<T>(client: TestClient, method: string, path: string, body?: unknown): Promise<Answered<T>> {
  const response = await fetch(`${url}/v1/webhooks${path}`, {
    method,
    headers: {
      authorization: `Bearer ${client.secret}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

async function create(types?: readonly string[]): Promise<NewEndpointAnswer> {
  const { status, body } = await ask<NewEndpointAnswer>(shop, 'POST', '', {
    url: URL_OF_SHOP,
    ...(types && { types }),
  });
  expect(status).toBe(201);
  return body;
}

describe('endpoints', () => {
  it('are made with a secret that is shown once, listed, changed and removed', async () => {
    const { secret, ...endpoint } = await create(['asset.final']);
    expect(secret).toMatch(SECRET);
    expect(endpoint).toMatchObject({ url: URL_OF_SHOP, types: ['asset.final'], state: 'enabled', disabledWhy: null });
    expect((await ask(shop, 'GET', '')).body).toEqual({ items: [endpoint] });
    expect((await ask(shop, 'GET', `/${endpoint.id}`)).body).toEqual(endpoint);
    const changed = await ask<EndpointAnswer>(shop, 'PATCH', `/${endpoint.id}`, { types: [], state: 'disabled' });
    expect(changed.body).toMatchObject({ types: [], state: 'disabled', disabledWhy: 'by_client', url: URL_OF_SHOP });
    expect((await ask(shop, 'DELETE', `/${endpoint.id}`)).status).toBe(204);
    expect((await ask(shop, 'GET', `/${endpoint.id}`)).status).toBe(404);
  });

  it('get another secret, and the one before holds for a day', async () => {
    const first = await create();
    const { status, body } = await ask<NewEndpointAnswer>(shop, 'POST', `/${first.id}/rotate`);
    expect(status).toBe(200);
    expect(body.secret).toMatch(SECRET);
    expect(body.secret).not.toBe(first.secret);
    const untilMs = Date.parse(body.oldSecretUntil ?? '') - Date.parse(body.changedAt);
    expect(untilMs).toBe(86_400_000);
    // once more after a lost answer: the secret that receivers have is not cut off
    expect((await ask(shop, 'POST', `/${first.id}/rotate`)).status).toBe(409);
    expect((await ask(shop, 'POST', `/${first.id}/rotate?force=true`)).status).toBe(200);
    expect((await ask(shop, 'POST', `/${first.id}/rotate?force=1`)).status).toBe(400);
  });

  it.each<[string, unknown, string]>([
    ['without TLS', { url: 'http://203.0.114.7/' }, '/url'],
    ['on this machine', { url: 'https://127.0.0.1/' }, '/url'],
    ['in a private network, written as one number', { url: 'https://2886794753/' }, '/url'],
    ['at another port', { url: 'https://203.0.114.7:8443/' }, '/url'],
    ['with credentials', { url: 'https://a:b@203.0.114.7/' }, '/url'],
    ['that is none', { url: 'hooks' }, '/url'],
    ['that is too long', { url: `https://203.0.114.7/${'x'.repeat(2_048)}` }, '/url'],
    ['with a type that there is not', { url: URL_OF_SHOP, types: ['asset.made'] }, '/types'],
    ['with a type named twice', { url: URL_OF_SHOP, types: ['asset.final', 'asset.final'] }, '/types'],
    ['with another field', { url: URL_OF_SHOP, secret: 'whsec_mine' }, '/secret'],
  ])('are refused %s', async (_what, body, pointer) => {
    const answer = await ask<ProblemBody>(shop, 'POST', '', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((fault) => fault.pointer)).toEqual([pointer]);
    expect(JSON.stringify(answer.body)).not.toContain('172.');
  });

  it('are not made with null for types', async () => {
    const { status, body } = await ask<ProblemBody>(shop, 'POST', '', { url: URL_OF_SHOP, types: null });
    expect([status, ...new Set(body.errors?.map(({ pointer }) => pointer))]).toEqual([400, '/types']);
  });

  it.each(['url', 'types', 'state'])('have no %s changed to null', async (field) => {
    const { id } = await create();
    const answer = await ask<ProblemBody>(shop, 'PATCH', `/${id}`, { [field]: null });
    const pointers = new Set(answer.body.errors?.map(({ pointer }) => pointer));
    expect([answer.status, ...pointers]).toEqual([400, `/${field}`]);
  });

  it.each(['', '[]', '"x"', '{', '{"url":'])('are refused with the body %p', async (body) => {
    expect((await ask(shop, 'POST', '', body)).status).toBe(400);
  });

  it('are refused beyond twenty', async () => {
    for (let count = 0; count < 20; count += 1) await create();
    expect(await ask<ProblemBody>(shop, 'POST', '', { url: URL_OF_SHOP })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await ask(stranger, 'POST', '', { url: URL_OF_SHOP })).status).toBe(201);
  });

  it('that an admin has disabled stay so until an admin ends it, and their client sees why', async () => {
    const { id } = await create();
    const store = new WebhookStore(made.database);
    await store.switchByAdmin(id, 'disabled');
    const seen = await ask<EndpointAnswer>(shop, 'GET', `/${id}`);
    expect(seen.body).toMatchObject({ state: 'disabled', disabledWhy: 'by_admin' });
    const attempts: [string, string, unknown?][] = [
      ['PATCH', `/${id}`, { state: 'enabled' }],
      ['PATCH', `/${id}`, { state: 'enabled', url: 'https://203.0.114.8/' }],
      ['DELETE', `/${id}`],
      ['POST', '', { url: URL_OF_SHOP }],
      ['POST', '', { url: `${URL_OF_SHOP}?again#x` }],
      ['POST', `/${id}/test`],
    ];
    for (const [method, path, body] of attempts) {
      const { status, body: problem } = await ask<ProblemBody>(shop, method, path, body);
      expect([method, path, status, problem.code]).toEqual([method, path, 409, 'conflict']);
    }
    const other = await ask<EndpointAnswer>(shop, 'POST', '', { url: 'https://203.0.114.8/' });
    expect(other.status).toBe(201);
    expect((await ask(shop, 'PATCH', `/${other.body.id}`, { url: URL_OF_SHOP })).status).toBe(409);
    expect((await ask(stranger, 'POST', '', { url: URL_OF_SHOP })).status).toBe(201);
    expect((await ask<EndpointAnswer>(shop, 'PATCH', `/${id}`, { types: ['asset.final'] })).status).toBe(200);
    await store.switchByAdmin(id, 'enabled');
    const enabled = await ask<EndpointAnswer>(shop, 'PATCH', `/${id}`, { state: 'enabled' });
    expect(enabled.body).toMatchObject({ state: 'enabled', disabledWhy: null });
  });

  it('are nobody else’s, whatever is asked of them, and nothing for a key without the scope', async () => {
    const { id } = await create();
    const eventId = randomUUID();
    const asked: [string, string, unknown?][] = [
      ['GET', `/${id}`],
      ['PATCH', `/${id}`, { state: 'disabled' }],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/rotate`],
      ['POST', `/${id}/test`],
      ['GET', `/${id}/deliveries`],
      ['POST', `/${id}/deliveries/${eventId}/replay`],
    ];
    for (const [method, path, body] of asked) {
      expect([path, (await ask(stranger, method, path, body)).status]).toEqual([path, 404]);
      const lacking = method === 'GET' ? uploadsOnly : readsOnly;
      expect([path, (await ask(lacking, method, path, body)).status]).toEqual([path, 403]);
    }
    expect((await ask(readsOnly, 'POST', '', { url: URL_OF_SHOP })).status).toBe(403);
    expect((await ask(readsOnly, 'GET', `/${id}`)).status).toBe(200);
    expect((await ask(stranger, 'GET', '')).body).toEqual({ items: [] });
    expect((await ask<EndpointAnswer>(shop, 'GET', `/${id}`)).body.state).toBe('enabled');
  });
});

describe('deliveries', () => {
  it('are listed with what came of them, and sent again', async () => {
    const { id } = await create();
    await addEvents(made.database, shop.id, 3);
    await new EventStore(made.database).order(ALL);
    await made.database.query(`UPDATE webhook_delivery SET state = 'failed', attempts = 10, status = 500,
      error = 'it answered 500', response_ms = 12, attempted_at = now()`);
    const first = await ask<DeliveryPage>(shop, 'GET', `/${id}/deliveries?limit=2&state=failed`);
    expect(first.body.items).toHaveLength(2);
    expect(first.body.items[0]).toMatchObject({
      type: 'asset.final',
      sequence: 2,
      state: 'failed',
      attempts: 10,
      nextAt: null,
      lastStatus: 500,
      lastError: 'it answered 500',
      responseMs: 12,
    });
    const second = await ask<DeliveryPage>(shop, 'GET', `/${id}/deliveries?limit=2&cursor=${first.body.next}`);
    expect([second.body.items.length, second.body.next]).toEqual([1, null]);
    const eventId = second.body.items[0]?.eventId ?? '';
    expect((await ask(shop, 'POST', `/${id}/deliveries/${eventId}/replay`)).status).toBe(202);
    const waiting = await ask<DeliveryPage>(shop, 'GET', `/${id}/deliveries?state=waiting`);
    expect(waiting.body.items).toMatchObject([{ eventId, attempts: 0 }]);
    expect((await ask(shop, 'POST', `/${id}/deliveries/${randomUUID()}/replay`)).status).toBe(404);
  });

  it('are made of a test event, unless the endpoint is disabled or has been tested enough', async () => {
    const { id } = await create();
    for (let count = 0; count < 10; count += 1) expect((await ask(shop, 'POST', `/${id}/test`)).status).toBe(202);
    expect((await ask(shop, 'POST', `/${id}/test`)).status).toBe(409);
    const { items } = (await ask<DeliveryPage>(shop, 'GET', `/${id}/deliveries`)).body;
    expect(items).toHaveLength(10);
    expect(items[0]).toMatchObject({ type: 'webhook.test', assetId: null, sequence: null, state: 'waiting' });
    await ask(shop, 'PATCH', `/${id}`, { state: 'disabled' });
    expect((await ask<ProblemBody>(shop, 'POST', `/${id}/test`)).body.detail).toContain('disabled');
    expect((await ask(shop, 'POST', `/${id}/deliveries/${items[0]?.eventId ?? ''}/replay`)).status).toBe(409);
  });
});

describe('the stream of events', () => {
  it("has a client's own events, from where it broke off", async () => {
    const first = await OpenStream.open(shop, url);
    const other = await OpenStream.open(stranger, url);
    await happen(3);
    await eventually('the first three', () => first.frames.length === 3);
    await first.close();
    await happen(2);
    const second = await OpenStream.open(shop, url, { lastEventId: first.ids[1] });
    await eventually('what it has missed', () => second.frames.length === 3);
    await happen(1);
    await eventually('what happens', () => second.frames.length === 4);
    expect(new Set([...first.ids, ...second.ids]).size).toBe(6);
    expect(second.ids[0]).toBe(first.ids[2]);
    expect(second.frames[0]).toEqual(first.frames[2]);
    expect(other.frames).toEqual([]);
    await Promise.all([second.close(), other.close()]);
  });

  it('begins where it began before, for a reader who comes back before it was told anything', async () => {
    const readers = [await OpenStream.open(shop, url), await OpenStream.open(stranger, url)];
    const begun = await eventually('both know where they are', () => {
      const ids = readers.flatMap(({ lastEventId }) => lastEventId ?? []);
      return ids.length === 2 ? ids : undefined;
    });
    await Promise.all(readers.map((stream) => stream.close()));
    await happen(2);
    const [mine, theirs] = [
      await OpenStream.open(shop, url, { lastEventId: begun[0] }),
      await OpenStream.open(stranger, url, { lastEventId: begun[1] }),
    ];
    await eventually('it has missed nothing', () => mine.frames.length === 2);
    // who has events has another beginning than who has none
    await mine.close();
    const third = await OpenStream.open(shop, url);
    expect(await eventually('it knows where it is', () => third.lastEventId)).toBe(mine.ids.at(-1));
    await happen(1);
    await eventually('it is told', () => third.frames.length === 1);
    expect(theirs.frames).toEqual([]);
    await Promise.all([third, theirs].map((stream) => stream.close()));
  });

  it('has the types that are asked for', async () => {
    const stream = await OpenStream.open(shop, url, { types: 'asset.superseded' });
    const all = await OpenStream.open(shop, url, { types: 'asset.superseded,asset.final' });
    await happen(2);
    await eventually('all has them', () => all.frames.length === 2);
    expect(stream.frames).toEqual([]);
    await Promise.all([stream.close(), all.close()]);
  });

  it.each<[string, { lastEventId?: string; types?: string }, number]>([
    ['an event that there is not', { lastEventId: randomUUID() }, 410],
    ['what is no id', { lastEventId: '17' }, 400],
    ['a type that there is not', { types: 'asset.made' }, 400],
  ])('is refused for %s', async (_what, options, status) => {
    await expect(OpenStream.open(shop, url, options)).rejects.toThrow(new RegExp(`^Error: ${status} |^${status} `));
  });

  it('answers HEAD, and holds nothing open for it', async () => {
    const headers = { authorization: `Bearer ${shop.secret}` };
    const answer = await fetch(`${url}/v1/events`, { method: 'HEAD', headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const open = await openAll();
    await Promise.all(open.map((stream) => stream.close()));
  });

  it("does not begin behind another client's event", async () => {
    await happen(1);
    const [row] = await made.database.query<{ id: string }[]>('SELECT id FROM event');
    await expect(OpenStream.open(stranger, url, { lastEventId: row?.id })).rejects.toThrow('410');
  });

  it('is one of a bounded number of a client, and makes room when it ends', async () => {
    const open = await openAll();
    await expect(OpenStream.open(shop, url)).rejects.toThrow('too-many-streams');
    await Promise.all((await Promise.all([OpenStream.open(stranger, url)])).map((stream) => stream.close()));
    await open[0]?.close();
    const another = await eventually('there is room', () => OpenStream.open(shop, url));
    await Promise.all([another, ...open].map((stream) => stream.close()));
  });
});

/** As many streams as a client may have. The service may not know yet that those before are over. */
const openAll = (): Promise<OpenStream[]> =>
  Promise.all(
    Array.from({ length: STREAMS_PER_CLIENT_MAX }, () => eventually('there is room', () => OpenStream.open(shop, url))),
  );

async function happen(count: number): Promise<void> {
  await addEvents(made.database, shop.id, count);
  await new EventStore(made.database).order(ALL);
}
