import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EndpointDisabledData } from '#contracts/event-payload.js';
import type { AfterAttempt } from '#moderation/events/after-attempt.js';
import { AccessStore } from '#persistence/access-store.js';
import { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import {
  DeliveryStore,
  type DeliveryOutcome,
  type DeliveryRoom,
  type EndpointLoad,
  type LeasedDelivery,
} from '#persistence/delivery-store.js';
import { EventStore } from '#persistence/event-store.js';
import { EventStreamStore } from '#persistence/event-stream-store.js';
import { WebhookStore, type NewEndpoint } from '#persistence/webhook-store.js';
import { addEvents } from '../support/event-rows.js';
import { eventually } from '../support/eventually.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const ALL = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ME = randomUUID();
const ANOTHER = randomUUID();
const ROOM: DeliveryRoom = {
  slow: false,
  most: ALL,
  mostPerEndpoint: 4,
  mostPerClient: ALL,
  mostInHandPerClient: ALL,
  loads: [],
};
const AGAIN: AfterAttempt = { state: 'waiting', delayMs: 0, pauseMs: 0, gone: false };

let made: MigratedDatabase;
let clientId: string;
let deliveries: DeliveryStore;
let log: DeliveryLogStore;
let webhooks: WebhookStore;

beforeAll(async () => {
  made = await migratedDatabase(4);
  clientId = await firstClient(made.database);
  deliveries = new DeliveryStore(made.database);
  log = new DeliveryLogStore(made.database);
  webhooks = new WebhookStore(made.database);
});
afterAll(() => made.drop());
beforeEach(() => made.database.query('TRUNCATE asset, event, webhook_endpoint CASCADE'));

async function endpoint(differing: Partial<NewEndpoint> = {}): Promise<string> {
  const id = randomUUID();
  const fresh = { id, clientId, url: `https://${id}.example/`, types: [], secret: 'whsec_bmV3', ...differing };
  expect(await webhooks.create(fresh, ALL)).toMatchObject({ id, state: 'enabled' });
  return id;
}

async function happen(count: number): Promise<void> {
  await addEvents(made.database, clientId, count);
  await new EventStore(made.database).order(ALL);
}

async function lease(room: Partial<DeliveryRoom> = {}, token = ME): Promise<LeasedDelivery[]> {
  const isAnyDue = await deliveries.isAnyDue();
  const leased = await deliveries.lease(token, HOUR_MS, { ...ROOM, ...room });
  // whoever asks first whether it is worth it misses nothing
  expect(isAnyDue || leased.length === 0).toBe(true);
  return leased;
}

const outcome = (delivery: LeasedDelivery, after: AfterAttempt): DeliveryOutcome => {
  const { endpointId, eventId, endpointChangedAt } = delivery;
  const taken = after.state === 'delivered';
  return {
    endpointId,
    eventId,
    endpointChangedAt,
    after,
    status: taken ? 200 : 500,
    error: taken ? null : 'it answered 500',
    responseMs: 3,
    slow: false,
  };
};
const settle = (leased: readonly LeasedDelivery[], after: AfterAttempt, token = ME): Promise<unknown> =>
  deliveries.settle(
    token,
    leased.map((one) => outcome(one, after)),
    5 * DAY_MS,
  );
const load = (endpointId: string, inHand: number, differing: Partial<EndpointLoad> = {}): EndpointLoad => ({
  endpointId,
  clientId,
  inHand,
  counted: inHand,
  late: false,
  ...differing,
});
/** How many there are for each endpoint, in ascending order. */
function perEndpoint(leased: readonly LeasedDelivery[]): number[] {
  const counts = new Map<string, number>();
  for (const { endpointId } of leased) counts.set(endpointId, (counts.get(endpointId) ?? 0) + 1);
  return [...counts.values()].sort();
}

describe('deliveries', () => {
  it('are made for every endpoint of the client that wants the type and is enabled, once', async () => {
    const wanted = [await endpoint(), await endpoint({ types: ['asset.final'] })];
    await endpoint({ types: ['asset.superseded'] });
    const disabled = await endpoint();
    await webhooks.change(clientId, disabled, { state: 'disabled' });
    await happen(2);
    const leased = await lease();
    expect(new Set(leased.map(({ endpointId }) => endpointId))).toEqual(new Set(wanted));
    expect(perEndpoint(leased)).toEqual([2, 2]);
    expect(leased[0]).toMatchObject({
      attempts: 1,
      failures: 0,
      secrets: ['whsec_bmV3'],
      event: { type: 'asset.final' },
    });
    expect(await lease({}, ANOTHER)).toEqual([]);
  });

  it('are taken so that an endpoint with much to do leaves room for the others', async () => {
    const busy = await endpoint();
    await happen(20);
    const quiet = [await endpoint(), await endpoint()];
    await happen(1);
    const some = await lease({ most: 3 });
    expect(perEndpoint(some)).toEqual([1, 1, 1]);
    const more = await lease({ most: 10, loads: [load(busy, 1)] }, ANOTHER);
    expect(more.map(({ endpointId }) => endpointId)).toEqual([busy, busy, busy]);
    expect(await lease({ loads: [load(busy, 4)] })).toEqual([]);
    expect(some.filter(({ endpointId }) => quiet.includes(endpointId))).toHaveLength(2);
  });

  it('are taken by one of several services that ask at once, and by no other', async () => {
    for (let made = 0; made < 5; made += 1) await endpoint();
    await happen(4);
    const leased = (await Promise.all([ME, ANOTHER].map((token) => lease({ most: 15 }, token)))).flat();
    const keys = leased.map(({ endpointId, eventId }) => `${endpointId} ${eventId}`);
    expect(new Set(keys).size).toBe(keys.length);
    const rest = await lease({ mostPerEndpoint: 20 });
    expect(keys.length + rest.length).toBe(20);
  });

  it('come again after their lease has run out, under the same id, and only the last who has them writes', async () => {
    const id = await endpoint();
    await happen(1);
    const [first] = await lease();
    await made.database.query(`UPDATE webhook_delivery SET next_at = now()`);
    const second = await lease({}, ANOTHER);
    expect(second).toMatchObject([{ eventId: first?.eventId, attempts: 2 }]);
    await settle(first === undefined ? [] : [first], { state: 'failed', pauseMs: 0, gone: false });
    expect(await log.page(id, { limit: 9 })).toMatchObject([{ state: 'waiting', attempts: 2 }]);
    await settle(second, { state: 'delivered' }, ANOTHER);
    expect(await log.page(id, { limit: 9 })).toMatchObject([
      { state: 'delivered', lastStatus: 200, lastError: null, nextAt: null },
    ]);
    expect(await lease()).toEqual([]);
    expect(await deliveries.isAnyDue()).toBe(false);
  });

  it('wait for as long as they are told to, by the clock of the database, and tell why', async () => {
    const id = await endpoint();
    await happen(1);
    await settle(await lease(), { ...AGAIN, delayMs: HOUR_MS });
    expect(await lease({ slow: true })).toEqual([]);
    const [row] = await made.database.query<{ ms: number }[]>(
      `SELECT extract(epoch FROM next_at - attempted_at)::float8 * 1000 AS ms FROM webhook_delivery`,
    );
    expect(row?.ms).toBe(HOUR_MS);
    expect(await log.page(id, { limit: 9 })).toMatchObject([
      { lastStatus: 500, lastError: 'it answered 500', responseMs: 3 },
    ]);
  });

  it('are handed back untried, and sent again when somebody asks for it', async () => {
    const id = await endpoint();
    await happen(1);
    const leased = await lease();
    await deliveries.handBack(ME, leased);
    const again = await lease();
    expect(again).toMatchObject([{ attempts: 1 }]);
    await settle(again, { state: 'delivered' });
    expect(await log.replay(id, again[0]?.eventId ?? '')).toBe(true);
    expect(await lease()).toMatchObject([{ eventId: again[0]?.eventId, attempts: 1 }]);
    expect(await log.replay(id, randomUUID())).toBe(false);
  });

  it('are listed newest first, page by page, by state', async () => {
    const id = await endpoint();
    await happen(5);
    await settle((await lease()).slice(0, 2), { state: 'delivered' });
    const all = await log.page(id, { limit: 9 });
    expect(all).toHaveLength(5);
    expect(all.map(({ eventId }) => eventId)).toEqual(
      all
        .map(({ eventId }) => eventId)
        .sort()
        .reverse(),
    );
    const rest = await log.page(id, { limit: 9, before: all[1]?.eventId });
    expect(rest).toEqual(all.slice(2));
    expect(await log.page(id, { limit: 9, state: 'delivered' })).toHaveLength(2);
    expect(await log.backlog()).toMatchObject({ waiting: 3, failed: 0, endpoints: { enabled: 1, disabled: 0 } });
  });
});

describe('an endpoint that is slow', () => {
  /** A client of its own, with an endpoint. */
  const another = async (name: string): Promise<{ clientId: string; id: string }> => {
    const of = await new AccessStore(made.database).ensureClient(name);
    return { clientId: of, id: await endpoint({ clientId: of }) };
  };

  it('though it takes what comes is served apart from the prompt ones, until it is prompt again', async () => {
    const id = await endpoint();
    await happen(9);
    const [first] = await lease({ most: 1 });
    if (first === undefined) throw new Error('there is one');
    const late = { ...outcome(first, { state: 'delivered' }), slow: true };
    await deliveries.settle(ME, [late], 5 * DAY_MS);
    expect(await lease()).toEqual([]);
    const tried = await lease({ slow: true, mostPerEndpoint: 2 });
    expect(perEndpoint(tried)).toEqual([2]);
    expect(await webhooks.find(clientId, id)).toMatchObject({ state: 'enabled', failingSince: null });
    await settle(tried, { state: 'delivered' });
    expect(await lease({ slow: true })).toEqual([]);
    expect(await lease()).toHaveLength(4);
  });

  it('at this moment counts as one of them until that try has ended', async () => {
    const id = await endpoint();
    await happen(9);
    const loads = [load(id, 1, { counted: 0, late: true })];
    expect(await lease({ loads })).toEqual([]);
    expect(await lease({ loads, slow: true, mostPerEndpoint: 2 })).toHaveLength(1);
  });

  it('is one of its client’s, which take their share and no more, and come in turn with those of others', async () => {
    const mine = [await endpoint(), await endpoint(), await endpoint()];
    const { clientId: other, id } = await another('another');
    await happen(4);
    await addEvents(made.database, other, 4);
    await new EventStore(made.database).order(ALL);
    const [first = '', second = ''] = mine;
    // two of the three wait for their servers: of the client's four places two are left, and one endpoint is full
    const loads = [load(first, 1), load(second, 1)];
    const leased = await lease({ most: 4, mostPerClient: 4, loads });
    const of = (ids: readonly string[]): number => leased.filter(({ endpointId }) => ids.includes(endpointId)).length;
    expect([of(mine), of([id])]).toEqual([1, 3]);
    expect(of(mine.slice(2))).toBe(1);
    const more = await lease(
      { mostPerClient: 4, loads: [load(first, 2), load(second, 1), load(id, 4, { clientId: other })] },
      ANOTHER,
    );
    expect(more).toHaveLength(1);
  });

  it('takes of what its client may have in hand, also when it has been removed', async () => {
    await endpoint();
    const { clientId: other, id } = await another('another');
    await happen(4);
    await addEvents(made.database, other, 4);
    await new EventStore(made.database).order(ALL);
    const loads = [load(randomUUID(), 3, { counted: 0 })];
    const leased = await lease({ mostInHandPerClient: 4, loads });
    expect(leased.map(({ endpointId }) => endpointId === id).sort()).toEqual([false, true, true, true, true]);
  });
});

describe('an endpoint that an admin has disabled', () => {
  it('stays so whatever its client does, and whatever had disabled it before', async () => {
    const id = await endpoint();
    await webhooks.change(clientId, id, { state: 'disabled' });
    expect(await webhooks.switchByAdmin(id, 'disabled')).toMatchObject({ state: 'disabled', disabledWhy: 'by_admin' });
    expect(await webhooks.change(clientId, id, { state: 'enabled' })).toBe('held');
    expect(await webhooks.remove(clientId, id)).toBe('held');
    const changed = await webhooks.change(clientId, id, { url: 'https://other.example/', state: 'disabled' });
    expect(changed).toMatchObject({ url: 'https://other.example/', state: 'disabled', disabledWhy: 'by_admin' });
    expect(await webhooks.switchByAdmin(id, 'enabled')).toMatchObject({ state: 'enabled', disabledWhy: null });
    expect(await webhooks.remove(clientId, id)).toBe('removed');
    expect(await webhooks.switchByAdmin(id, 'disabled')).toBeUndefined();
  });
});

describe('an endpoint that is removed while events are put in order', () => {
  it('has no deliveries, and the others have theirs', async () => {
    const [gone, kept] = [await endpoint(), await endpoint()];
    await addEvents(made.database, clientId, 2);
    const runner = made.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`DELETE FROM webhook_endpoint WHERE id = $1`, [gone]);
    const ordered = new EventStore(made.database).order(ALL);
    const tested = log.test(clientId, gone, 'hello');
    await eventually('both wait for it', async () => (await waiting()) === 2);
    await runner.commitTransaction();
    await runner.release();
    expect(await ordered).toBe(2);
    expect(await tested).toBeUndefined();
    expect((await lease()).map(({ endpointId }) => endpointId)).toEqual([kept, kept]);
  });

  it('is kept where its removal was given up', async () => {
    const id = await endpoint();
    await addEvents(made.database, clientId, 1);
    const runner = made.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`DELETE FROM webhook_endpoint WHERE id = $1`, [id]);
    const ordered = new EventStore(made.database).order(ALL);
    await eventually('it waits', async () => (await waiting()) === 1);
    await runner.rollbackTransaction();
    await runner.release();
    expect(await ordered).toBe(1);
    expect(await lease()).toMatchObject([{ endpointId: id }]);
  });
});

/** Statements of this database that wait for a lock. */
async function waiting(): Promise<number> {
  const [row] = await made.database.query<{ n: number }[]>(
    `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row?.n ?? 0;
}

describe('an endpoint', () => {
  it('that fails is taken with others that fail until it works again', async () => {
    const id = await endpoint();
    await happen(6);
    await settle((await lease()).slice(0, 1), AGAIN);
    expect(await lease({ slow: false })).toEqual([]);
    const tried = await lease({ slow: true });
    expect(tried).toMatchObject([{ endpointId: id, failures: 1 }]);
    await settle(tried, { state: 'delivered' });
    expect(await lease()).not.toEqual([]);
    expect((await webhooks.find(clientId, id))?.failingSince).toBeNull();
  });

  it('that asks for a rest is left alone for as long', async () => {
    await endpoint();
    await happen(2);
    const [first, second] = await lease();
    if (first === undefined || second === undefined) throw new Error('there are two');
    await settle([first], { ...AGAIN, pauseMs: HOUR_MS });
    await deliveries.handBack(ME, [second]);
    expect([await lease(), await lease({ slow: true })]).toEqual([[], []]);
    await made.database.query(`UPDATE webhook_endpoint SET paused_until = now()`);
    expect(await lease({ slow: true })).toHaveLength(1);
  });

  it('that asked for a rest has it, whatever it answers to what was on its way', async () => {
    await endpoint();
    await happen(3);
    const [first, second, third] = await lease();
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
    await settle([first], { ...AGAIN, pauseMs: HOUR_MS });
    await settle([second], { ...AGAIN, pauseMs: 1 });
    await settle([third], { state: 'delivered' });
    await happen(1);
    expect([await lease(), await lease({ slow: true })]).toEqual([[], []]);
    await made.database.query(`UPDATE webhook_endpoint SET paused_until = now()`);
    expect(await lease()).toHaveLength(3);
  });

  it('that was changed learns nothing of what its address before answered, and has its events', async () => {
    const id = await endpoint();
    await happen(2);
    const [first, second] = await lease();
    if (first === undefined || second === undefined) throw new Error('there are two');
    await webhooks.change(clientId, id, { url: 'https://new.example/' });
    expect(await settle([first], { state: 'failed', pauseMs: HOUR_MS, gone: true })).toEqual([]);
    await settle([second], { state: 'delivered' });
    expect(await webhooks.find(clientId, id)).toMatchObject({ state: 'enabled', failingSince: null });
    expect(await lease()).toMatchObject([{ eventId: first.eventId, url: 'https://new.example/' }]);
  });

  it('learns nothing of a try whose lease somebody else has by now', async () => {
    const id = await endpoint();
    await happen(1);
    const old = await lease();
    await made.database.query(`UPDATE webhook_delivery SET next_at = now()`);
    await lease({}, ANOTHER);
    expect(await settle(old, { state: 'failed', pauseMs: 0, gone: true })).toEqual([]);
    expect(await webhooks.find(clientId, id)).toMatchObject({ state: 'enabled', failingSince: null });
  });

  it('that is gone is disabled with its reason, and gets nothing more', async () => {
    const id = await endpoint();
    await happen(3);
    const [first] = await lease({ most: 1 });
    if (first === undefined) throw new Error('there is one');
    expect(await settle([first], { state: 'failed', pauseMs: 0, gone: true })).toMatchObject([
      { endpointId: id, clientId, why: 'gone' },
    ]);
    expect(await webhooks.find(clientId, id)).toMatchObject({ state: 'disabled', disabledWhy: 'gone' });
    await happen(1);
    expect(await log.page(id, { limit: 9 })).toHaveLength(3);
    expect([await lease(), await lease({ slow: true })]).toEqual([[], []]);
    expect(await webhooks.change(clientId, id, { state: 'enabled' })).toMatchObject({ disabledWhy: null });
    expect(await lease()).toHaveLength(2);
  });

  it('that is gone is told to the client’s other endpoints and streams, once, with the disabling', async () => {
    const [gone, other, narrow] = [await endpoint(), await endpoint(), await endpoint({ types: ['asset.final'] })];
    await happen(1);
    const leased = await lease();
    const [first] = leased.filter(({ endpointId }) => endpointId === gone);
    if (first === undefined) throw new Error('there is one');
    await settle(
      leased.filter((one) => one !== first),
      { state: 'delivered' },
    );
    const failed: AfterAttempt = { state: 'failed', pauseMs: 0, gone: true };
    for (let times = 0; times < 2; times += 1) await settle([first], failed);
    expect(await new EventStore(made.database).order(ALL)).toBe(1);
    const told = {
      type: 'endpoint.disabled',
      data: { endpointId: gone, url: `https://${gone}.example/`, why: 'gone' },
    };
    const [delivery, ...others] = await lease();
    expect(delivery).toMatchObject({ endpointId: other, event: told });
    expect(others).toEqual([]);
    expect(await log.page(narrow, { limit: 9 })).toHaveLength(1);
    const { events, head } = await new EventStreamStore(made.database).behind(0, ALL);
    expect(events.at(-1)).toMatchObject({ ...told, clientId, seq: head });
    const { disabledAt } = events.at(-1)?.data as EndpointDisabledData;
    expect(disabledAt).toBe((await webhooks.find(clientId, gone))?.changedAt.toISOString());
  });

  it('that an admin disables is told of, and one that its client disables is not', async () => {
    const [first, second] = [await endpoint(), await endpoint()];
    await webhooks.change(clientId, first, { state: 'disabled' });
    for (let times = 0; times < 2; times += 1) await webhooks.switchByAdmin(second, 'disabled');
    await webhooks.switchByAdmin(second, 'enabled');
    await new EventStore(made.database).order(ALL);
    const { events } = await new EventStreamStore(made.database).behind(0, ALL);
    expect(events).toMatchObject([{ type: 'endpoint.disabled', data: { endpointId: second, why: 'by_admin' } }]);
  });

  it('that nothing but failures came of for days is disabled; one that works now and then is not', async () => {
    const [bad, fair] = [await endpoint(), await endpoint()];
    await happen(1);
    const longAgo = async (): Promise<unknown> =>
      made.database.query(`UPDATE webhook_endpoint SET failures = 9, failing_since = now() - interval '6 days'`);
    const leased = await lease();
    await longAgo();
    const by = (id: string): LeasedDelivery[] => leased.filter(({ endpointId }) => endpointId === id);
    expect(await settle(by(bad), AGAIN)).toMatchObject([{ endpointId: bad, why: 'failing' }]);
    expect(await settle(by(fair), { state: 'delivered' })).toEqual([]);
    expect(await webhooks.find(clientId, fair)).toMatchObject({ state: 'enabled', failingSince: null });
  });

  it('with a new secret signs with the old one, too, until the time is over', async () => {
    const id = await endpoint();
    expect(await webhooks.rotate(clientId, id, 'whsec_bmV4dA==', HOUR_MS)).toMatchObject({ id });
    await happen(2);
    expect((await lease({ most: 1 }))[0]?.secrets).toEqual(['whsec_bmV4dA==', 'whsec_bmV3']);
    await made.database.query(`UPDATE webhook_endpoint SET old_secret_until = now()`);
    expect((await lease({ most: 1 }))[0]?.secrets).toEqual(['whsec_bmV4dA==']);
    expect((await webhooks.find(clientId, id))?.oldSecretUntil).toBeNull();
  });

  it('is one of a bounded number, and seen by its client only', async () => {
    const id = await endpoint();
    const another = { id: randomUUID(), clientId, url: 'https://a.example/', types: [], secret: 'whsec_bmV3' };
    expect(await webhooks.create(another, 1)).toBeUndefined();
    const stranger = randomUUID();
    expect(await webhooks.find(stranger, id)).toBeUndefined();
    expect(await webhooks.change(stranger, id, { url: 'https://evil.example/' })).toBeUndefined();
    expect(await webhooks.rotate(stranger, id, 'whsec_', HOUR_MS)).toBeUndefined();
    expect(await webhooks.remove(stranger, id)).toBeUndefined();
    expect(await webhooks.list(clientId)).toMatchObject([{ id, url: `https://${id}.example/` }]);
    await happen(1);
    expect(await webhooks.remove(clientId, id)).toBe('removed');
    expect([await webhooks.list(clientId), await lease()]).toEqual([[], []]);
  });

  it('is sent an event about nothing, which no stream has', async () => {
    const id = await endpoint();
    const eventId = await log.test(clientId, id, 'hello');
    expect(await new EventStore(made.database).order(ALL)).toBe(0);
    expect(await lease()).toMatchObject([
      { endpointId: id, eventId, event: { type: 'webhook.test', data: { message: 'hello' } } },
    ]);
  });
});
