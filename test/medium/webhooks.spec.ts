import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { allow } from '#fetching/url-guard.js';
import { AccessStore } from '#persistence/access-store.js';
import { DeliveryLogStore, type LoggedDelivery } from '#persistence/delivery-log-store.js';
import { DeliveryStore } from '#persistence/delivery-store.js';
import { EventStore } from '#persistence/event-store.js';
import { WebhookStore } from '#persistence/webhook-store.js';
import { DeliverEvents, PROMPT_MAX } from '../../apps/batch/webhooks/deliver-events.js';
import { sendWebhook } from '../../apps/batch/webhooks/send-webhook.js';
import { addEvents } from '../support/event-rows.js';
import { eventually } from '../support/eventually.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { Receiver, verified } from '../support/receiver.js';

const ALL = 1_000;
const HOUR_MS = 3_600_000;
/** Of a try; long enough for a machine that has much to do. */
const TRY_MS_MAX = 1_500;

let made: MigratedDatabase;
let clientId: string;
let receiver: Receiver;
let webhooks: WebhookStore;
let log: DeliveryLogStore;
let deliver: DeliverEvents;
let disabled: string[];

beforeAll(async () => {
  made = await migratedDatabase(6);
  clientId = await firstClient(made.database);
  webhooks = new WebhookStore(made.database);
  log = new DeliveryLogStore(made.database);
});
afterAll(() => made.drop());
beforeEach(async () => {
  await made.database.query('TRUNCATE asset, event, webhook_endpoint CASCADE');
  receiver = await Receiver.listen();
  disabled = [];
  deliver = deliverer();
});
afterEach(async () => {
  await deliver.stop(0);
  await receiver.close();
});

function deliverer(msMax = TRY_MS_MAX): DeliverEvents {
  const { port } = receiver;
  const options = {
    resolve: () => Promise.resolve([]),
    allowances: allow(['127.0.0.0/8'], [{ first: port, last: port }]),
    httpAllowed: true,
    msMax,
  };
  return new DeliverEvents({
    store: new DeliveryStore(made.database),
    send: (delivery, signal) => sendWebhook(delivery, options, signal),
    metrics: { tried: () => undefined, disabled: (why) => void disabled.push(why) },
    log: { warn: () => undefined, error: () => undefined },
    leaseMs: HOUR_MS,
    failingMsMax: HOUR_MS,
    random: () => 0,
    nowMs: () => performance.now(),
  });
}

const newSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

async function endpoint(path: string, secret = newSecret(), of = clientId): Promise<string> {
  const id = randomUUID();
  await webhooks.create({ id, clientId: of, url: receiver.url(path), types: [], secret }, ALL);
  return id;
}

async function happen(count: number, of = clientId): Promise<void> {
  await addEvents(made.database, of, count);
  await new EventStore(made.database).order(ALL);
}

const logged = async (id: string): Promise<LoggedDelivery> => {
  const [delivery] = await log.page(id, { limit: 1 });
  if (delivery === undefined) throw new Error('there is no delivery');
  return delivery;
};

/** Delivers until that holds. */
const until = (what: string, holds: () => boolean | Promise<boolean>): Promise<unknown> =>
  eventually(what, async () => {
    await deliver.step();
    return holds();
  });

/** What waits for its next try is tried now. */
const passTime = (): Promise<unknown> =>
  made.database
    .query(`WITH d AS (UPDATE webhook_delivery SET next_at = now() WHERE state = 'waiting' AND lease_token IS NULL)
    UPDATE webhook_endpoint SET paused_until = NULL`);

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: unknown, response: ServerResponse): void =>
    void response.writeHead(code, headers).end();

describe('a webhook', () => {
  it('says what has happened, signed as the standard has it', async () => {
    const secret = newSecret();
    const id = await endpoint('/', secret);
    await happen(1);
    await until('it is delivered', async () => (await logged(id)).state === 'delivered');
    const [received] = receiver.received;
    if (received === undefined) throw new Error('nothing came');
    const payload = verified(received, secret);
    expect(payload).toMatchObject({ type: 'asset.final', data: { sequence: 2, transition: 'confirmed_allow' } });
    expect(Object.keys(payload)).toEqual(['type', 'timestamp', 'data']);
    expect(received.id).toBe((await logged(id)).eventId);
    expect(received.headers).toMatchObject({ 'content-type': 'application/json' });
    const [clock] = await made.database.query<{ s: number }[]>(`SELECT extract(epoch FROM now())::float8 AS s`);
    expect(Math.abs(Number(received.headers['webhook-timestamp']) - (clock?.s ?? NaN))).toBeLessThan(30);
    expect(() => verified(received, newSecret())).toThrow('No matching signature');
  });

  it('is signed with both secrets while one is exchanged for the other', async () => {
    const [old, fresh] = [newSecret(), newSecret()];
    const id = await endpoint('/', old);
    await webhooks.rotate(clientId, id, fresh, HOUR_MS);
    await happen(1);
    await until('it came', () => receiver.received.length === 1);
    for (const secret of [old, fresh]) {
      expect(receiver.received.map((one) => verified(one, secret).type)).toEqual(['asset.final']);
    }
  });

  it('comes again after a failure, the same in every byte and under the same id', async () => {
    const id = await endpoint('/');
    receiver.answer('/', status(500));
    await happen(1);
    await until('it has failed', async () => (await logged(id)).lastStatus === 500);
    const { nextAt, attemptedAt } = await logged(id);
    expect((nextAt?.getTime() ?? 0) - (attemptedAt?.getTime() ?? 0)).toBe(5_000);
    receiver.answer('/', status(200));
    await passTime();
    await until('it is delivered', async () => (await logged(id)).state === 'delivered');
    const [first, second, ...others] = receiver.received;
    expect(others).toEqual([]);
    expect([second?.id, second?.text]).toEqual([first?.id, first?.text]);
    expect(await webhooks.find(clientId, id)).toMatchObject({ state: 'enabled', failingSince: null });
  });

  it('that fails for more than two hours is delivered once its endpoint works again, and delays no other', async () => {
    const [id] = [await endpoint('/'), await endpoint('/other')];
    receiver.answer('/', status(500));
    await happen(1);
    let [plannedMs, atMs] = [0, 0];
    for (let tries = 1; plannedMs < 2 * HOUR_MS; tries += 1) {
      await until(`it has failed ${tries} times`, async () => {
        const { attempts, attemptedAt } = await logged(id);
        return attempts === tries && (attemptedAt?.getTime() ?? 0) > atMs;
      });
      const { nextAt, attemptedAt } = await logged(id);
      atMs = attemptedAt?.getTime() ?? NaN;
      plannedMs += (nextAt?.getTime() ?? NaN) - atMs;
      if (plannedMs < 2 * HOUR_MS) await passTime();
    }
    expect(receiver.at('/other')).toHaveLength(1);
    receiver.answer('/', status(200));
    await passTime();
    await until('it is delivered', async () => (await logged(id)).state === 'delivered');
    await passTime();
    await deliver.step();
    const ids = receiver.at('/').map((one) => one.id);
    expect([ids.length, new Set(ids).size]).toEqual([5, 1]);
    expect(disabled).toEqual([]);
  });

  it('waits for as long as an answer asks it to, and so does all else for that endpoint', async () => {
    const id = await endpoint('/');
    receiver.answer('/', status(429, { 'retry-after': '120' }));
    await happen(1);
    await until('it is refused', async () => (await logged(id)).lastStatus === 429);
    const { nextAt, attemptedAt } = await logged(id);
    expect((nextAt?.getTime() ?? 0) - (attemptedAt?.getTime() ?? 0)).toBe(120_000);
    await happen(1);
    await endpoint('/other');
    await happen(1);
    await until('the other endpoint has its own', () => receiver.at('/other').length === 1);
    expect(receiver.at('/')).toHaveLength(1);
  });

  it('disables the endpoint that says 410, which can be enabled again', async () => {
    const id = await endpoint('/');
    receiver.answer('/', status(410));
    await happen(1);
    await until('it is disabled', async () => (await webhooks.find(clientId, id))?.state === 'disabled');
    expect(disabled).toEqual(['gone']);
    expect(await webhooks.find(clientId, id)).toMatchObject({ disabledWhy: 'gone' });
    expect(await logged(id)).toMatchObject({ state: 'failed', lastStatus: 410 });
    receiver.answer('/', status(200));
    await webhooks.change(clientId, id, { state: 'enabled' });
    await log.replay(id, (await logged(id)).eventId);
    await until('it is delivered', async () => (await logged(id)).state === 'delivered');
  });

  it('follows no redirect: that is a failure', async () => {
    const id = await endpoint('/');
    receiver.answer('/', status(301, { location: receiver.url('/elsewhere') }));
    await happen(1);
    await until('it has failed', async () => (await logged(id)).lastStatus === 301);
    expect(await logged(id)).toMatchObject({ state: 'waiting', lastError: 'it answered 301' });
    expect(receiver.at('/elsewhere')).toEqual([]);
  });

  it('is not sent to an address that nobody may ask for, whatever was allowed when it was named', async () => {
    const id = await endpoint('/');
    await made.database.query(`UPDATE webhook_endpoint SET url = 'http://169.254.169.254/latest/meta-data'`);
    await happen(1);
    await until('it is refused', async () => (await logged(id)).attemptedAt !== null);
    expect(await logged(id)).toMatchObject({ lastStatus: null, lastError: expect.stringMatching(/^refused: /) });
  });
});

describe('an endpoint that answers badly', () => {
  it.each<[string, (response: ServerResponse) => void, number | null]>([
    ['hangs', () => undefined, null],
    [
      'sends its head and no body',
      (response) => {
        response.writeHead(200, { 'content-length': '5' }).flushHeaders();
      },
      200,
    ],
    ['sends a body without end', endless, 200],
  ])('because it %s delays no other', async (_what, bad, answered) => {
    const slow = await endpoint('/slow');
    receiver.answer('/slow', (_, response) => {
      bad(response);
    });
    const quick = await endpoint('/quick');
    await happen(12);
    await until('the others have theirs', () => receiver.at('/quick').length === 12);
    // none of those that hang has ended by then: four are under way, and no more
    if (answered === null) expect(receiver.at('/slow')).toHaveLength(4);
    expect(new Set(receiver.at('/quick').map(({ id }) => id)).size).toBe(12);
    await until('it is known what came of it', async () => (await lastOf(slow)) !== undefined);
    expect(await lastOf(slow)).toMatchObject({
      lastStatus: answered,
      lastError: answered === null ? expect.stringMatching(/^late: /) : null,
    });
    await until(
      'all are written down',
      async () => (await log.page(quick, { limit: 20, state: 'delivered' })).length === 12,
    );
  });
});

describe('endpoints that take their time', () => {
  it('delay no other, however many of them there are', async () => {
    // longer than the test waits for the others: until then they are not known to be slow
    deliver = deliverer(HOUR_MS);
    receiver.answer('/slow', () => undefined);
    const access = new AccessStore(made.database);
    for (const name of ['slow', 'slower', 'slowest']) {
      const of = await access.ensureClient(name);
      for (let endpoints = 0; endpoints < 15; endpoints += 1) await endpoint('/slow', newSecret(), of);
      await happen(4, of);
    }
    await until('they have all there is', () => receiver.at('/slow').length >= PROMPT_MAX);
    await endpoint('/quick');
    await happen(12);
    await until('the quick one has its own', () => receiver.at('/quick').length === 12);
  });
});

const lastOf = async (id: string): Promise<LoggedDelivery | undefined> =>
  (await log.page(id, { limit: 20 })).find(({ attemptedAt }) => attemptedAt !== null);

function endless(response: ServerResponse): void {
  response.writeHead(200);
  const more = (): void => {
    while (!response.destroyed && response.write('x'.repeat(10_000)));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}

describe('a service that ends', () => {
  it('hands back what is under way, which another service sends again under the same id', async () => {
    const id = await endpoint('/');
    receiver.answer('/', () => undefined);
    await happen(1);
    await until('it is under way', () => receiver.received.length === 1);
    await deliver.stop(0);
    expect(await logged(id)).toMatchObject({ state: 'waiting', attempts: 0 });
    receiver.answer('/', status(200));
    deliver = deliverer();
    await until('it is delivered', async () => (await logged(id)).state === 'delivered');
    expect(new Set(receiver.received.map((one) => one.id)).size).toBe(1);
  });

  it('finishes first what ends in time', async () => {
    const id = await endpoint('/');
    let held: ServerResponse | undefined;
    receiver.answer('/', (_, response) => {
      held = response;
    });
    await happen(1);
    await until('it is under way', () => held !== undefined);
    const stopped = deliver.stop(TRY_MS_MAX);
    held?.writeHead(200).end();
    await stopped;
    expect(await logged(id)).toMatchObject({ state: 'delivered', attempts: 1 });
  });
});
