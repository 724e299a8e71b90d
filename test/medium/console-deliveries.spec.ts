import 'reflect-metadata';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type {
  DeliveryListPage,
  EndpointHealthAnswer,
  EndpointHealthPage,
  ListedDeliveryAnswer,
} from '#contracts/delivery-list-answer.js';
import type { AfterAttempt } from '#moderation/events/after-attempt.js';
import type { DeliveryState } from '#moderation/events/event-types.js';
import { AccessStore } from '#persistence/access-store.js';
import { AuditStore } from '#persistence/audit-store.js';
import { DeliveryLogStore, DELIVERIES_COUNTED_MAX } from '#persistence/delivery-log-store.js';
import { DeliveryStore, type DeliveryOutcome } from '#persistence/delivery-store.js';
import { ENDPOINT_COUNTED_MAX } from '#persistence/delivery-endpoint-store.js';
import { WebhookStore } from '#persistence/webhook-store.js';
import { sceneForAll, secretOf } from './console-scene.js';

const scene = sceneForAll('event, webhook_endpoint');
const DAY_MS = 86_400_000;
const ROOM = {
  slow: false,
  most: 1_000,
  mostPerEndpoint: 1_000,
  mostPerClient: 1_000,
  mostInHandPerClient: 1_000,
  loads: [],
};
const TAKEN = { state: 'delivered' } as const;
const REFUSED: AfterAttempt = { state: 'waiting', delayMs: DAY_MS, pauseMs: 0, gone: false };
const GIVEN_UP: AfterAttempt = { state: 'failed', pauseMs: 0, gone: false };

let shop = '';
beforeEach(async () => {
  const access = new AccessStore(scene().database);
  shop = await access.ensureClient('shop');
  // a senior may do what a moderator may not
  const senior = { secret: secretOf('sonja'), role: 'senior', clientId: null, holder: 'sonja', scopes: [] } as const;
  await access.addKey(senior).catch(() => undefined);
});

async function endpoint(clientId = shop, url = 'https://hooks.example/events?token=hunter2'): Promise<string> {
  const id = randomUUID();
  const fresh = { id, clientId, url, types: [], secret: 'whsec_aHVudGVyMg==' };
  await new WebhookStore(scene().database).create(fresh, 1_000);
  return id;
}

/** Events on their way to an endpoint, the oldest first. @returns their ids */
async function deliveries(endpointId: string, count: number, state: DeliveryState = 'waiting'): Promise<string[]> {
  const rows = await scene().rows<{ id: string }>(
    `WITH made AS (
       INSERT INTO event (id, client_id, type, data, created_at)
       SELECT event_id_of(at, gen_random_uuid()), client_id, 'webhook.test', '{}', at
       FROM webhook_endpoint, generate_series(1, $2) AS n, LATERAL (
         SELECT clock_timestamp() - interval '1 hour' + n * interval '10 milliseconds' AS at) AS t WHERE id = $1
       RETURNING id)
     INSERT INTO webhook_delivery (endpoint_id, event_id, state) SELECT $1::uuid, id, $3 FROM made RETURNING event_id AS id`,
    [endpointId, count, state],
  );
  return rows.map(({ id }) => id).sort();
}

/** What waits is tried, and comes to this. */
async function tried(after: AfterAttempt, differing: Partial<DeliveryOutcome> = {}): Promise<number> {
  const store = new DeliveryStore(scene().database);
  const token = randomUUID();
  const leased = await store.lease(token, DAY_MS, ROOM);
  const isTaken = after.state === 'delivered';
  const outcomes = leased.map(({ endpointId, eventId, endpointChangedAt }) => ({
    ...{ endpointId, eventId, endpointChangedAt, after, responseMs: 3, slow: false },
    status: isTaken ? 204 : 500,
    error: isTaken ? null : 'it answered 500',
    ...differing,
  }));
  await store.settle(token, outcomes, 5 * DAY_MS);
  return leased.length;
}

const ask = async <T>(path: string): Promise<T> => {
  const { status, body } = await scene().ask<T>('anna', 'GET', path);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
};
const endpoints = (query = ''): Promise<EndpointHealthPage> => ask(`/api/endpoints${query}`);
const onlyEndpoint = async (): Promise<EndpointHealthAnswer> => {
  const [one] = (await endpoints()).items;
  if (one === undefined) throw new Error('there is one');
  return one;
};
const list = (query: string): Promise<DeliveryListPage> => ask(`/api/deliveries?${query}`);
/** Every page of a list, and how many there were. */
async function all(query: string): Promise<{ items: ListedDeliveryAnswer[]; pages: number }> {
  const items: ListedDeliveryAnswer[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages += 1) {
    const page: DeliveryListPage = await list(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.next;
  }
  return { items, pages };
}
const eventsOf = (items: readonly ListedDeliveryAnswer[]): string[] => items.map(({ eventId }) => eventId);

describe('endpoints', () => {
  it('are told with where they are and whose, without anything secret', async () => {
    const id = await endpoint();
    const one = await onlyEndpoint();
    expect(one).toMatchObject({ endpointId: id, clientName: 'shop', host: 'hooks.example', path: '/events' });
    expect(one).toMatchObject({ state: 'enabled', disabledWhy: null, failures: 0, restsUntil: null, oldestAt: null });
    expect(one).toMatchObject({ waiting: { count: 0, more: false }, lastTaken: null, lastFailure: null });
    await deliveries(id, 1);
    const text = JSON.stringify([await endpoints(), await list('state=waiting')]);
    for (const secret of ['hunter2', 'whsec', 'aHVudGVyMg']) expect(text).not.toContain(secret);
  });

  it('tell what waits, since when, what was given up on, and their last answers', async () => {
    const id = await endpoint();
    const [oldest = ''] = await deliveries(id, 3);
    expect(await onlyEndpoint()).toMatchObject({ waiting: { count: 3, more: false }, failed: { count: 0 } });
    const [event] = await scene().rows<{ at: Date }>(`SELECT created_at AS at FROM event WHERE id = $1`, [oldest]);
    expect((await onlyEndpoint()).oldestAt).toBe(event?.at.toISOString());
    await tried(TAKEN);
    expect(await onlyEndpoint()).toMatchObject({
      waiting: { count: 0 },
      lastTaken: { status: 204 },
      lastFailure: null,
    });
    await deliveries(id, 2);
    await tried(GIVEN_UP);
    const after = await onlyEndpoint();
    expect(after).toMatchObject({ failures: 2, failed: { count: 2, more: false }, lastTaken: { status: 204 } });
    expect(after.lastFailure).toMatchObject({ status: 500, error: 'it answered 500' });
    expect(after.failingSince).toBe(after.lastFailure?.at);
  });

  it('tell of the failure that came with what was taken, and are written once a minute while they work', async () => {
    const id = await endpoint();
    const version = async (): Promise<unknown> => scene().rows(`SELECT xmin::text FROM webhook_endpoint`);
    await deliveries(id, 1);
    await tried(TAKEN);
    await scene().rows(`UPDATE webhook_endpoint SET taken_at = now() + interval '1 hour'`);
    const before = await version();
    await deliveries(id, 1);
    await tried(TAKEN);
    expect(await version()).toEqual(before);
    await scene().rows(`UPDATE webhook_endpoint SET taken_at = now() - interval '2 minutes'`);
    const old = (await onlyEndpoint()).lastTaken?.at ?? '';
    await deliveries(id, 1);
    await tried(TAKEN);
    expect(Date.parse((await onlyEndpoint()).lastTaken?.at ?? '')).toBeGreaterThan(Date.parse(old));
    await deliveries(id, 1);
    await tried(REFUSED, { status: null, error: 'no answer in time' });
    expect(await onlyEndpoint()).toMatchObject({
      failures: 1,
      lastFailure: { status: null, error: 'no answer in time' },
      lastTaken: { status: 204 },
    });
  });

  it('are counted for up to a bound', async () => {
    const id = await endpoint();
    await deliveries(id, ENDPOINT_COUNTED_MAX + 5);
    await deliveries(id, ENDPOINT_COUNTED_MAX, 'failed');
    expect(await onlyEndpoint()).toMatchObject({
      waiting: { count: ENDPOINT_COUNTED_MAX, more: true },
      failed: { count: ENDPOINT_COUNTED_MAX, more: false },
    });
  });

  it('are narrowed by state and client, and come page by page', async () => {
    const press = await new AccessStore(scene().database).ensureClient('press');
    const [first, second, third] = [await endpoint(), await endpoint(press), await endpoint()];
    await new WebhookStore(scene().database).switchByAdmin(third, 'disabled');
    const ids = async (query: string): Promise<string[]> =>
      (await endpoints(query)).items.map(({ endpointId }) => endpointId);
    expect(await ids(`?client=${press}`)).toEqual([second]);
    expect(await ids('?state=disabled')).toEqual([third]);
    const newest = [first, second, third].sort().reverse();
    const page = await endpoints('?limit=2');
    expect(page.items.map(({ endpointId }) => endpointId)).toEqual(newest.slice(0, 2));
    expect(await ids(`?limit=2&cursor=${page.next ?? ''}`)).toEqual(newest.slice(2));
  });
});

describe('deliveries', () => {
  it.each<DeliveryState>(['waiting', 'failed', 'delivered'])(
    'that are %s come page by page, of all, of a client and of an endpoint',
    async (state) => {
      const press = await new AccessStore(scene().database).ensureClient('press');
      const [mine, others, theirs] = [await endpoint(), await endpoint(), await endpoint(press)];
      const made = [
        await deliveries(mine, 7, state),
        await deliveries(others, 4, state),
        await deliveries(theirs, 6, state),
      ];
      const other = state === 'failed' ? 'waiting' : 'failed';
      for (const id of [mine, theirs]) await deliveries(id, 3, other);
      const whole = await all(`state=${state}&limit=5`);
      expect(whole.pages).toBe(4);
      expect(new Set(eventsOf(whole.items))).toEqual(new Set(made.flat()));
      expect(whole.items).toHaveLength(17);
      const times = whole.items.map(({ eventId, nextAt }) => (state === 'waiting' ? (nextAt ?? '') : eventId));
      expect(times).toEqual(state === 'waiting' ? [...times].sort() : [...times].sort().reverse());
      const ofShop = await all(`state=${state}&limit=4&client=${shop}`);
      expect(eventsOf(ofShop.items).sort()).toEqual([...(made[0] ?? []), ...(made[1] ?? [])].sort());
      const ofOne = await all(`state=${state}&limit=3&endpoint=${theirs}`);
      expect(eventsOf(ofOne.items).sort()).toEqual(made[2]);
      expect(ofOne.items[0]).toMatchObject({
        clientName: 'press',
        host: 'hooks.example',
        endpointState: 'enabled',
        state,
      });
    },
  );

  it('tell their tries and the last answer, and whether they are being sent', async () => {
    const id = await endpoint();
    await deliveries(id, 1);
    expect((await list('state=waiting')).items[0]).toMatchObject({ attempts: 0, attemptedAt: null, inHand: false });
    await tried(REFUSED);
    expect((await list('state=waiting')).items[0]).toMatchObject({
      ...{ attempts: 1, lastStatus: 500, lastError: 'it answered 500', responseMs: 3, inHand: false },
    });
    expect((await list('state=waiting')).items[0]?.nextAt).not.toBeNull();
    await deliveries(id, 1);
    await new DeliveryStore(scene().database).lease(randomUUID(), DAY_MS, { ...ROOM, slow: true });
    const inHand = (await list('state=waiting')).items.filter((one) => one.inHand);
    expect(inHand).toMatchObject([{ attempts: 1, nextAt: null }]);
  });

  it.each(['cursor=x', 'cursor=1.2.3', 'state=gone', 'client=me', 'endpoint=1', 'limit=0', 'limit=201'])(
    'are refused for %s',
    async (query) => {
      expect(await scene().ask('anna', 'GET', `/api/deliveries?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      });
    },
  );
});

describe('sending again', () => {
  const again = (holder: string, id: string, eventId: string): Promise<{ status: number; body: object }> =>
    scene().ask(holder, 'POST', `/api/endpoints/${id}/replay`, { eventId });

  it('is done by seniors and admins, once, and written down', async () => {
    const id = await endpoint();
    const [one = '', two = ''] = await deliveries(id, 2, 'failed');
    expect(await again('anna', id, one)).toMatchObject({ status: 403 });
    expect(await again('sonja', id, one)).toMatchObject({ status: 200, body: { state: 'waiting', attempts: 0 } });
    expect(await again('chief', id, one)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(eventsOf((await list('state=failed')).items)).toEqual([two]);
    expect(await tried(TAKEN)).toBe(1);
    expect(eventsOf((await list('state=delivered')).items)).toEqual([one]);
    const [row, ...more] = await new AuditStore(scene().database).page({ subject: 'webhook', subjectId: id }, 10);
    expect(row).toMatchObject({ act: 'webhook.replay', actor: 'sonja', detail: { asked: { eventId: one } } });
    expect(more).toEqual([]);
  });

  it('is refused for what there is not, and for endpoints that are disabled', async () => {
    const id = await endpoint();
    const [one = ''] = await deliveries(id, 1, 'failed');
    expect(await again('chief', id, randomUUID())).toMatchObject({ status: 404 });
    expect(await again('chief', randomUUID(), one)).toMatchObject({ status: 404 });
    expect(await again('chief', id, 'one')).toMatchObject({ status: 400 });
    await new WebhookStore(scene().database).switchByAdmin(id, 'disabled');
    expect(await again('chief', id, one)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(eventsOf((await list('state=failed')).items)).toEqual([one]);
  });
});

describe('enabling', () => {
  const enable = (holder: string, id: string): Promise<{ status: number; body: object }> =>
    scene().ask(holder, 'POST', `/api/endpoints/${id}/enable`, {});

  it('is done by seniors and admins where the client has not disabled it, and written down', async () => {
    const id = await endpoint();
    const store = new WebhookStore(scene().database);
    expect(await enable('chief', id)).toMatchObject({ status: 409 });
    await store.change(shop, id, { state: 'disabled' });
    expect(await enable('chief', id)).toMatchObject({ status: 409 });
    expect(await onlyEndpoint()).toMatchObject({ state: 'disabled', disabledWhy: 'by_client' });
    await store.switchByAdmin(id, 'disabled');
    expect(await enable('anna', id)).toMatchObject({ status: 403 });
    expect(await enable('sonja', id)).toMatchObject({ status: 200, body: { state: 'enabled', disabledWhy: null } });
    const [row] = await new AuditStore(scene().database).page({ subject: 'webhook', subjectId: id }, 10);
    expect(row).toMatchObject({
      ...{ act: 'webhook.enable', actor: 'sonja' },
      detail: {
        before: { state: 'disabled', disabled_why: 'by_admin' },
        after: { state: 'enabled', disabled_why: null },
      },
    });
    expect(await enable('chief', randomUUID())).toMatchObject({ status: 404 });
  });
});

describe('the backlog', () => {
  it('is counted up to a bound, whatever was delivered, and knows the oldest for an endpoint that is enabled', async () => {
    const log = new DeliveryLogStore(scene().database);
    const [id, resting] = [await endpoint(), await endpoint()];
    expect(await log.backlog()).toEqual({
      ...{ waiting: 0, failed: 0, oldestMs: null, more: { waiting: false, failed: false } },
      endpoints: { enabled: 2, disabled: 0 },
    });
    await deliveries(id, 40, 'delivered');
    await deliveries(resting, 3);
    await new WebhookStore(scene().database).switchByAdmin(resting, 'disabled');
    await deliveries(id, 2, 'failed');
    expect(await log.backlog()).toMatchObject({ waiting: 3, failed: 2, oldestMs: null, endpoints: { disabled: 1 } });
    await deliveries(id, DELIVERIES_COUNTED_MAX - 3);
    const { waiting, more, oldestMs } = await log.backlog();
    expect([waiting, more.waiting]).toEqual([DELIVERIES_COUNTED_MAX, false]);
    expect(oldestMs).toBeGreaterThan(3_000_000);
    await deliveries(id, 1);
    expect(await log.backlog()).toMatchObject({
      waiting: DELIVERIES_COUNTED_MAX,
      more: { waiting: true, failed: false },
    });
  });
});
