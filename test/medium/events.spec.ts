import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '#contracts/event-payload.js';
import { AccessStore } from '#persistence/access-store.js';
import { EventStore } from '#persistence/event-store.js';
import { EventStreamStore } from '#persistence/event-stream-store.js';
import { LatenessStore } from '#persistence/lateness-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { addAsset, addEvents, addFinals } from '../support/event-rows.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const ALL = 1_000;
const HOUR_MS = 3_600_000;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let made: MigratedDatabase;
let clientId: string;
let events: EventStore;
let streams: EventStreamStore;

beforeAll(async () => {
  made = await migratedDatabase(4);
  clientId = await firstClient(made.database);
  events = new EventStore(made.database);
  streams = new EventStreamStore(made.database);
});
afterAll(() => made.drop());
beforeEach(() => made.database.query('TRUNCATE asset, event CASCADE'));

/** Everything that there is, once it is in order. */
async function told(): Promise<readonly StoredEvent[]> {
  await events.order(ALL);
  return (await streams.behind(0, ALL)).events;
}

const rowsOf = (statement: string): Promise<Record<string, unknown>[]> => made.database.query(statement);

describe('the events of an asset', () => {
  it('tell its first final, though nothing changed, with what stood before', async () => {
    const id = await addAsset(made.database, clientId, 'allow', { externalId: 'post-81' });
    expect(await told()).toEqual([]);
    await addFinals(made.database, [id]);
    const [event, ...others] = await told();
    expect(others).toEqual([]);
    expect(event?.id).toMatch(UUID_V7);
    expect(event).toMatchObject({
      type: 'asset.final',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(event?.data).toEqual({
      assetId: id,
      externalId: 'post-81',
      sequence: 2,
      previous: decision({ revision: 1, stage: 'provisional', source: 'fast' }),
      current: decision({ revision: 2, stage: 'final', source: 'heavy' }),
      transition: 'confirmed_allow',
      exposureMs: null,
    });
  });

  it('tell a late block with how long it was served', async () => {
    const id = await addAsset(made.database, clientId, 'allow', { decidedAtMs: Date.now() - 60_000 });
    await addFinals(made.database, [id], 'block');
    const [event] = await told();
    expect(event).toMatchObject({
      type: 'asset.final',
      data: { transition: 'late_block', previous: { served: true }, current: { served: false, verdict: 'block' } },
    });
    const [row] = await rowsOf(`SELECT exposure_ms::float8 AS ms FROM reconciliation`);
    expect(event?.data).toMatchObject({ exposureMs: row?.['ms'] });
  });

  it('tell what was promised for a late final, what replaced it, and what a person said of it, in this order', async () => {
    const id = await addAsset(made.database, clientId, 'allow', { finalByMs: Date.now() - HOUR_MS });
    await new LatenessStore(made.database).markLate(ALL);
    await addFinals(made.database, [id], 'review');
    await decide(id);
    const all = await told();
    expect(all.map(({ type }) => type)).toEqual(['asset.superseded', 'asset.final', 'asset.superseded']);
    expect(all.map(({ data }) => data)).toMatchObject([
      {
        sequence: 2,
        transition: null,
        exposureMs: null,
        current: { stage: 'provisional', served: false, source: 'default' },
      },
      {
        sequence: 3,
        transition: 'needs_review',
        previous: { revision: 2 },
        current: { verdict: 'review', served: false },
      },
      {
        sequence: 4,
        transition: 'late_release',
        previous: { revision: 3 },
        current: { served: true, source: 'moderator' },
      },
    ]);
    expect(all[2]?.data).toMatchObject({ current: { labels: ['sexual.explicit'] } });
  });

  it('are not there where the decision was not written', async () => {
    const id = await addAsset(made.database, clientId);
    await made.database
      .transaction(async (transaction) => {
        await transaction.query(`UPDATE asset SET external_id = 'x' WHERE id = $1`, [id]);
        throw new Error('given up');
      })
      .catch(() => undefined);
    expect(await rowsOf('SELECT id FROM event')).toEqual([]);
    await addFinals(made.database, [id]);
    await addFinals(made.database, [id]);
    expect(await rowsOf('SELECT id FROM event')).toHaveLength(1);
  });
});

function decision(differing: object): object {
  return { verdict: 'allow', served: true, labels: [], decidedAt: expect.stringMatching(/Z$/), ...differing };
}

async function decide(assetId: string): Promise<void> {
  const reviews = new ReviewStore(made.database);
  const [review] = await rowsOf(`SELECT id FROM review WHERE asset_id = '${assetId}'`);
  const id = String(review?.['id']);
  await reviews.claim(id, { name: 'anna', senior: false }, Date.now(), HOUR_MS);
  const outcome = await reviews.decide(
    id,
    { verdict: 'allow', policyLabel: 'sexual.explicit', note: 'fine', moderator: 'anna' },
    1,
    Date.now(),
  );
  expect(outcome).toMatchObject({ kind: 'decided' });
}

describe('the order of all events', () => {
  it('gives what commits late a place behind what was read already', async () => {
    const slow = await addAsset(made.database, clientId);
    const fast = await addAsset(made.database, clientId);
    const runner = made.database.createQueryRunner();
    await runner.startTransaction();
    // its event is written first and committed last
    await runner.query(
      `INSERT INTO decision SELECT asset_id, 2, 'final', verdict, band, 'heavy', reasons, policy_version,
      model_id, 1, actor, policy_label, note, decided_at FROM decision WHERE asset_id = $1`,
      [slow],
    );
    await runner.query(
      `INSERT INTO event (client_id, asset_id, sequence, type, data) VALUES ($1, $2, 2, 'asset.final', '{}')`,
      [clientId, slow],
    );
    await addFinals(made.database, [fast]);
    expect(await events.order(ALL)).toBe(1);
    const { head } = await streams.behind(0, ALL);
    await runner.commitTransaction();
    await runner.release();
    expect(await events.order(ALL)).toBe(1);
    const behind = await streams.behind(head, ALL);
    expect(behind.events.map(({ data }) => data)).toEqual([{}]);
    expect(behind.head).toBeGreaterThan(head);
  });

  it('is made by one at a time, in pages, and keeps the order of each asset', async () => {
    await addEvents(made.database, clientId, 7);
    const counts = await Promise.all([events.order(3), events.order(3), events.order(3)]);
    let ordered = counts.reduce((sum, count) => sum + count, 0);
    for (let more = 1; more > 0; ordered += more) more = await events.order(3);
    expect(ordered).toBe(7);
    const rows = await rowsOf('SELECT seq FROM event ORDER BY seq');
    expect(new Set(rows.map(({ seq }) => seq)).size).toBe(7);
    const byWritten = await rowsOf('SELECT seq FROM event ORDER BY written');
    expect(byWritten).toEqual(rows);
  });

  it('is read page by page by each client, and by place', async () => {
    await addEvents(made.database, clientId, 5);
    await events.order(ALL);
    const { events: all, head } = await streams.behind(0, ALL);
    const second = all[1];
    const after = (await streams.placeOf(clientId, second?.id ?? '')) ?? 0;
    expect(after).toBe(second?.seq);
    expect(await streams.of(clientId, { after, upTo: head }, 2)).toEqual(all.slice(2, 4));
    expect(await streams.of(clientId, { after, upTo: all[2]?.seq ?? 0 }, 9)).toEqual(all.slice(2, 3));
    const stranger = clientId.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await streams.placeOf(stranger, second?.id ?? '')).toBeUndefined();
    expect(await streams.of(stranger, { after: 0, upTo: head }, 9)).toEqual([]);
    expect(await streams.idBefore(clientId, after)).toBe(second?.id);
    expect(await streams.idBefore(clientId, head)).toBe(all.at(-1)?.id);
  });

  it('has a place before all events of a client that had none, for as long as all of them are kept', async () => {
    await addEvents(made.database, clientId, 2);
    await events.order(ALL);
    const { head } = await streams.behind(0, ALL);
    const stranger = await new AccessStore(made.database).ensureClient('stranger');
    const before = await streams.idBefore(stranger, head);
    expect(await streams.placeOf(stranger, before)).toBe(0);
    expect(await streams.placeOf(stranger, before.toUpperCase())).toBe(0);
    await made.database.query(`UPDATE event_book SET kept_from = now() + interval '1 minute'`);
    // what was forgotten was none of its own
    expect(await streams.placeOf(stranger, before)).toBe(0);
    await addEvents(made.database, stranger, 1);
    await events.order(ALL);
    expect(await streams.placeOf(stranger, before)).toBeUndefined();
    await made.database.query(`UPDATE event_book SET kept_from = '-infinity'`);
    // of a moment that is still to come nobody has been told
    const later = Math.floor(Date.now() + HOUR_MS)
      .toString(16)
      .padStart(12, '0');
    const told = `${later.slice(0, 8)}-${later.slice(8)}-3000-0000-000000000000`;
    expect(await streams.placeOf(stranger, told)).toBeUndefined();
  });
});

describe('old events', () => {
  it('are forgotten in pages, but for the one before those that are kept, and it is known from when on all are there', async () => {
    await addEvents(made.database, clientId, 4);
    await events.order(ALL);
    const [, , third, last] = (await streams.behind(0, ALL)).events;
    expect(await events.forget(HOUR_MS, ALL)).toBe(0);
    await made.database.query(
      `UPDATE event SET id = event_id_of(now() - interval '2 hours', gen_random_uuid()), created_at = now() - interval '2 hours'
       WHERE seq < $1`,
      [last?.seq],
    );
    expect([await events.forget(HOUR_MS, 1), await events.forget(HOUR_MS, 5), await events.forget(HOUR_MS, 5)]).toEqual(
      [1, 1, 0],
    );
    // a reader who had the third last has missed nothing
    expect(await rowsOf('SELECT seq::float8 FROM event ORDER BY seq')).toEqual([
      { seq: third?.seq },
      { seq: last?.seq },
    ]);
    const [book] =
      await rowsOf(`SELECT kept_from < now() - interval '1 hour' AS old, kept_from > now() - interval '3 hours' AS new
      FROM event_book`);
    expect(book).toEqual({ old: true, new: true });
  });
});
