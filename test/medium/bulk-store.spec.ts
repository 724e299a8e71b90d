import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { AccessStore } from '#persistence/access-store.js';
import type { BulkItem } from '#persistence/bulk-item.js';
import { BulkReportStore } from '#persistence/bulk-report-store.js';
import { BulkStore } from '#persistence/bulk-store.js';
import { BulkWorkStore, type BulkWork, type ItemOutcome, type Reach } from '#persistence/bulk-work-store.js';
import { DatabaseLate } from '#persistence/errors.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const LEASE_MS = 60_000;
const [ONE, OTHER] = [randomUUID(), randomUUID()];
const SLICE = { name: 'a.jpg', offset: 30, storedBytes: 5, bytes: 9, deflated: true, crc32: 7 };

let made: MigratedDatabase;
let database: DataSource;
let clientId: string;
let store: BulkStore;
let work: BulkWorkStore;
let reports: BulkReportStore;

beforeAll(async () => {
  made = await migratedDatabase(4);
  ({ database } = made);
  clientId = await firstClient(database);
  [store, work, reports] = [new BulkStore(database), new BulkWorkStore(database), new BulkReportStore(database)];
});
afterAll(() => made.drop());
beforeEach(() => database.query('TRUNCATE bulk_submission CASCADE'));

const urls = (count: number): BulkItem[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ url: `http://a.example/${index + 1}`, entry: null, externalId: `e-${index + 1}` },
    ...{ uploaderId: null, metadata: { index } },
  }));

async function submit(items: readonly BulkItem[], key?: string, by = clientId): Promise<string> {
  const id = uuidv7();
  const kind = items[0]?.url === null ? 'archive' : 'urls';
  await store.create({ id, clientId: by, kind, key, fingerprint: Buffer.from('print'), items });
  return id;
}

const lease = (token: string, most = 100, reach: Partial<Reach> = {}): Promise<BulkWork[]> =>
  work.lease(token, LEASE_MS, most, { archives: [], shared: false, full: [], ...reach });

const accepted = (): ItemOutcome => ({ kind: 'accepted', assetId: randomUUID(), verdict: 'allow' });

async function settleAll(token: string, items: readonly BulkWork[], outcome = accepted): Promise<void> {
  for (const item of items) await work.settle(token, item, outcome());
}

const expire = (id: string): Promise<unknown> =>
  database.query(`UPDATE bulk_item SET ready_at = now() WHERE submission_id = $1 AND state = 'waiting'`, [id]);

const countsOf = async (id: string) => (await reports.report(id, new Date())).counts;

describe('a bulk submission', () => {
  it('keeps its items in order and as they were given', async () => {
    const id = await submit(urls(2_100));
    const items = (await lease(ONE, 3_000)).sort((a, b) => a.number - b.number);
    expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 2_100 }, (_, index) => index + 1));
    expect(items[2_099]).toEqual({
      ...{ submissionId: id, number: 2_100, clientId, host: 'a.example', shared: false, attempts: 1, sheds: 0 },
      ...urls(2_100)[2_099],
    });
  });

  it('has one idempotency key at most once a client', async () => {
    const id = await submit(urls(1), 'key');
    expect(
      await store.create({
        id: uuidv7(),
        clientId,
        kind: 'urls',
        key: 'key',
        fingerprint: Buffer.from('x'),
        items: urls(1),
      }),
    ).toBe('key_taken');
    expect(await store.findByKey(clientId, 'key')).toEqual({ id, fingerprint: Buffer.from('print') });
    expect(await store.findByKey(randomUUID(), 'key')).toBeUndefined();
    expect([await store.countRunning(clientId), await store.countRunning(randomUUID())]).toEqual([1, 0]);
  });

  it('is forgotten some time after its end, and its items with it', async () => {
    const ids = [await submit(urls(1)), await submit(urls(1)), await submit(urls(1))];
    await store.cancel(clientId, ids[0] ?? '');
    await store.cancel(clientId, ids[1] ?? '');
    await database.query(`UPDATE bulk_submission SET finished_at = finished_at - interval '2 days' WHERE id = $1`, [
      ids[0],
    ]);
    expect(await store.forget(86_400_000, 10)).toBe(1);
    expect((await store.list(clientId, 10)).map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(await countsOf(ids[0] ?? '')).toMatchObject({ total: 0 });
    expect(await store.stillRunning(ids)).toEqual([ids[2]]);
  });
});

describe('leases', () => {
  it('are of one holder at a time, until they run out', async () => {
    const id = await submit(urls(6));
    const first = await lease(ONE, 4);
    const second = await lease(OTHER, 4);
    expect([first.length, second.length, await lease(OTHER)]).toEqual([4, 2, []]);
    await expire(id);
    expect((await lease(OTHER)).map(({ attempts }) => attempts)).toEqual([2, 2, 2, 2, 2, 2]);
    // the first holder was presumed dead: what it says now changes nothing
    await settleAll(ONE, first);
    await work.renew(ONE, LEASE_MS, first);
    expect(await countsOf(id)).toMatchObject({ accepted: 0, waiting: 6 });
    expect(await work.finish()).toEqual([]);
  });

  it('of two that take at the same time never overlap', async () => {
    await submit(urls(40));
    const taken = await Promise.all(Array.from({ length: 8 }, () => lease(randomUUID(), 5)));
    const numbers = taken.flat().map(({ number }) => number);
    expect([numbers.length, new Set(numbers).size]).toEqual([40, 40]);
  });

  it('that are renewed do not run out', async () => {
    const id = await submit(urls(2));
    const [kept, lost] = await lease(ONE);
    if (kept === undefined || lost === undefined) throw new Error('two were there');
    await expire(id);
    await work.renew(ONE, LEASE_MS, [kept]);
    expect((await lease(OTHER)).map(({ number }) => number)).toEqual([lost.number]);
  });

  it('go to submissions in turn', async () => {
    const [long, short] = [await submit(urls(50)), await submit(urls(2))];
    const turns: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) turns.push((await lease(ONE, 2))[0]?.submissionId ?? '');
    expect(turns).toEqual([long, short, long, long]);
  });

  it('go to clients in turn, however many submissions each has', async () => {
    for (let count = 0; count < 3; count += 1) await submit(urls(50));
    const other = await submit(urls(50), undefined, await new AccessStore(database).ensureClient('other'));
    const turns: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) turns.push((await lease(ONE, 2))[0]?.submissionId ?? '');
    expect(turns.map((id) => id === other)).toEqual([false, true, false, true, false, true]);
    expect(new Set(turns).size).toBe(4);
  });

  it('of an archive go to those who can read it', async () => {
    const id = await submit([{ url: null, entry: SLICE, externalId: null, uploaderId: 'u', metadata: null }]);
    expect(await lease(ONE)).toEqual([]);
    expect(await lease(ONE, 10, { shared: true })).toEqual([]);
    expect(await lease(ONE, 10, { archives: [randomUUID(), id] })).toMatchObject([
      { entry: SLICE, url: null, uploaderId: 'u', shared: false },
    ]);
  });

  it('of an archive that all share go to everybody who reaches that', async () => {
    const items: BulkItem[] = [{ url: null, entry: SLICE, externalId: null, uploaderId: null, metadata: null }];
    const row = { id: uuidv7(), clientId, kind: 'archive', key: undefined, fingerprint: Buffer.from('x') } as const;
    await store.create({ ...row, shared: true, items });
    expect(await lease(ONE)).toEqual([]);
    expect(await lease(ONE, 10, { shared: true })).toMatchObject([{ submissionId: row.id, shared: true }]);
  });

  it('pass over clients that have their share', async () => {
    const other = await new AccessStore(database).ensureClient('other');
    await submit(urls(4));
    await submit(urls(4), undefined, other);
    const from = async (full: string[]): Promise<string[]> => [
      ...new Set((await lease(ONE, 2, { full })).map((item) => item.clientId)),
    ];
    expect([await from([clientId]), await from([clientId]), await from([clientId, other])]).toEqual([
      [other],
      [other],
      [],
    ]);
    expect([await from([clientId]), await from([other]), await from([])]).toEqual([[], [clientId], [clientId]]);
  });

  it('leave places to other hosts, of each no more than its bound, and are none where all hosts have theirs', async () => {
    const url = (text: string): BulkItem => ({
      ...{ url: text, entry: null, externalId: null, uploaderId: null, metadata: null },
    });
    const dead = Array.from({ length: 9 }, (_, index) => url(`HTTP://user@Dead.Example:8080/${index}`));
    const ipv6 = url('http://[2001:db8::1]:80/a');
    await submit([...dead, url('https://live.example?a=1'), ipv6, url('no address')]);
    const hosts = async (taken: readonly [string, number][]): Promise<(string | null)[]> =>
      (await lease(ONE, 4, { hosts: { taken: new Map(taken), max: 2 } })).map(({ host }) => host).sort();
    expect(await hosts([['dead.example', 1]])).toEqual(['[2001:db8::1]', 'dead.example', 'live.example', null]);
    expect(await hosts([['dead.example', 2]])).toEqual([]);
    expect(await hosts([])).toEqual(['dead.example', 'dead.example']);
  });

  it('that are put off are left alone until then, and count as an attempt only where something was tried', async () => {
    const id = await submit(urls(2));
    const [shed, tried] = await lease(ONE);
    if (shed === undefined || tried === undefined) throw new Error('two were there');
    await work.settle(ONE, shed, { kind: 'later', afterMs: 60_000, shed: true });
    await work.settle(ONE, tried, { kind: 'later', afterMs: 60_000, shed: false });
    expect(await lease(ONE)).toEqual([]);
    await expire(id);
    const again = (await lease(ONE)).map(({ number, attempts, sheds }) => ({ number, attempts, sheds }));
    expect(again.sort((a, b) => a.number - b.number)).toEqual([
      { number: shed.number, attempts: 1, sheds: 1 },
      { number: tried.number, attempts: 2, sheds: 0 },
    ]);
  });
});

describe('an end', () => {
  it('comes when nothing waits, and is reported', async () => {
    const id = await submit(urls(3));
    const items = await lease(ONE);
    await settleAll(ONE, items.slice(0, 2));
    expect(await work.finish()).toEqual([]);
    const problem = { code: 'undecodable', detail: 'broken' } as const;
    await settleAll(ONE, items.slice(2), () => ({ kind: 'failed', problem }));
    expect([await work.finish(), await work.finish()]).toEqual([[id], []]);
    const batch = await store.find(clientId, id);
    expect([batch?.state, batch?.finishedAt]).toEqual(['done', expect.any(Date)]);
    const { counts, report } = await reports.report(id, new Date(Date.now() - 1_000));
    expect(counts).toEqual({ total: 3, waiting: 0, accepted: 2, failed: 1, cancelled: 0 });
    expect(report).toMatchObject({
      ...{ verdicts: { allow: 2, block: 0 }, transitions: { pending: 2 }, failures: { undecodable: 1 } },
      itemsPerSecond: expect.any(Number),
    });
    const failed = await reports.failures(id, 0, 10);
    expect(failed).toMatchObject([{ number: items[2]?.number, problem, url: items[2]?.url }]);
    expect(await reports.failures(id, failed[0]?.number ?? 0, 10)).toEqual([]);
  });

  it('is reported within two seconds or not at all, while other reads wait on', async () => {
    const id = await submit(urls(1));
    const holder = database.createQueryRunner();
    await holder.startTransaction();
    await holder.query('LOCK TABLE bulk_item IN ACCESS EXCLUSIVE MODE');
    const report = reports.report(id, new Date()).catch((error: unknown) => error);
    const other = database.query('SELECT FROM bulk_item').then(() => 'read');
    expect(await Promise.race([report, other])).toBeInstanceOf(DatabaseLate);
    await holder.rollbackTransaction();
    await holder.release();
    expect(await other).toBe('read');
    expect(await countsOf(id)).toMatchObject({ total: 1 });
  });

  it('by its client leaves what is in hand to come to its own', async () => {
    const id = await submit(urls(4));
    const [inHand] = await lease(ONE, 1);
    if (inHand === undefined) throw new Error('one was there');
    await store.cancel(randomUUID(), id);
    expect((await store.find(clientId, id))?.state).toBe('running');
    await store.cancel(clientId, id);
    await store.cancel(clientId, id);
    await work.settle(ONE, inHand, accepted());
    expect(await lease(OTHER)).toEqual([]);
    expect(await work.finish()).toEqual([]);
    expect(await countsOf(id)).toEqual({ total: 4, waiting: 0, accepted: 1, failed: 0, cancelled: 3 });
    expect((await store.find(clientId, id))?.state).toBe('cancelled');
  });
});
