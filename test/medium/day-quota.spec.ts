import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { dayOf, firstIdAt } from '#moderation/limits/day.js';
import { BulkStore } from '#persistence/bulk-store.js';
import { BulkWorkStore, type BulkWork } from '#persistence/bulk-work-store.js';
import { ClientStore } from '#persistence/client-store.js';
import { InferenceCountStore } from '#persistence/inference-count-store.js';
import { addAsset } from '../support/event-rows.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const QUOTA = 10;
const HOUR_MS = 3_600_000;
const ME = randomUUID();

let made: MigratedDatabase;
let clientId: string;
let store: BulkStore;
let work: BulkWorkStore;
beforeAll(async () => {
  made = await migratedDatabase(6);
  clientId = await firstClient(made.database);
  store = new BulkStore(made.database);
  work = new BulkWorkStore(made.database);
});
afterAll(() => made.drop());
beforeEach(() => made.database.query('TRUNCATE asset, bulk_submission, client_inference CASCADE'));

/** Hands in a batch. @returns its id, or what is left of the day */
async function submit(count: number): Promise<string | { left: number }> {
  const id = uuidv7();
  const items = Array.from({ length: count }, (_, index) => ({
    ...{ url: `http://a.example/${index}`, entry: null, externalId: null, uploaderId: null, metadata: null },
  }));
  const submission = { id, clientId, kind: 'urls' as const, key: undefined, fingerprint: Buffer.from('print'), items };
  const from = firstIdAt(dayOf(Date.now()).startMs);
  const created = await store.create(submission, { assets: QUOTA, from });
  if (created === 'key_taken') throw new Error('it has no key');
  return created === 'created' ? id : created;
}

const lease = (most: number): Promise<BulkWork[]> =>
  work.lease(ME, HOUR_MS, most, { archives: [], shared: false, full: [] });

const counted = async (): Promise<number> => {
  const [from, below] = [firstIdAt(dayOf(Date.now()).startMs), firstIdAt(0)];
  const { all, waiting } = await new ClientStore(made.database).countAssets(clientId, from, below);
  return all + waiting;
};

describe('a day', () => {
  it('is taken by batches when they are accepted, however many come at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => submit(4)));
    expect(outcomes.filter((outcome) => typeof outcome === 'string')).toHaveLength(2);
    expect(outcomes.filter((outcome) => typeof outcome !== 'string')).toEqual([{ left: 2 }, { left: 2 }, { left: 2 }]);
    expect(await counted()).toBe(8);
    const quota = { assets: QUOTA, from: firstIdAt(dayOf(Date.now()).startMs) };
    expect(await store.left(clientId, quota)).toBe(2);
    expect(await submit(2)).toEqual(expect.any(String));
    expect(await submit(1)).toEqual({ left: 0 });
  });

  it('is shared with uploads', async () => {
    for (let sent = 0; sent < 7; sent += 1) await addAsset(made.database, clientId);
    expect(await submit(4)).toEqual({ left: 3 });
    expect(await submit(3)).toEqual(expect.any(String));
    expect(await counted()).toBe(QUOTA);
  });

  it('is shared with images that were inferred today, by whatever service', async () => {
    const inferences = new InferenceCountStore(made.database);
    const dayMs = dayOf(Date.now()).startMs;
    const [here, there] = [randomUUID(), randomUUID()];
    const count = (images: number, of = dayMs) => [{ clientId, dayMs: of, images }];
    await inferences.write(here, count(3));
    // the same again, and a late one
    await inferences.write(here, count(5));
    await inferences.write(here, count(4));
    await inferences.write(there, count(1));
    await inferences.write(there, count(7, dayMs - 86_400_000));
    const from = firstIdAt(dayMs);
    const clients = new ClientStore(made.database);
    expect(await clients.countAssets(clientId, from, from)).toMatchObject({ all: 0, inferred: 6 });
    expect(await clients.countAssets(clientId, firstIdAt(Date.now()), from, here)).toMatchObject({ inferred: 1 });
    expect(await submit(5)).toEqual({ left: 4 });
    expect(await inferences.forget(new Date(dayMs))).toBe(1);
    expect(await submit(4)).toEqual(expect.any(String));
  });

  it('has back what came to nothing, and not what became an asset', async () => {
    await submit(QUOTA);
    const [failed, accepted] = await lease(2);
    if (failed === undefined || accepted === undefined) throw new Error('there are two');
    await work.settle(ME, failed, { kind: 'failed', problem: { code: 'undecodable', detail: 'broken' } });
    const assetId = await addAsset(made.database, clientId);
    await work.settle(ME, accepted, { kind: 'accepted', assetId, verdict: 'allow' });
    expect(await counted()).toBe(QUOTA - 1);
    expect(await submit(2)).toEqual({ left: 1 });
  });

  it('has back what was cancelled, but for what is in hand', async () => {
    const id = await submit(QUOTA);
    await lease(3);
    if (typeof id !== 'string') throw new Error('there was room');
    await store.cancel(clientId, id);
    expect(await submit(QUOTA)).toEqual({ left: QUOTA - 3 });
    await made.database.query(`UPDATE bulk_submission SET finished_at = now() - interval '1 hour'`);
    expect(await submit(QUOTA)).toEqual(expect.any(String));
  });

  it('is nothing to a client that has no quota', async () => {
    const many = { id: uuidv7(), clientId, kind: 'urls' as const, key: undefined, fingerprint: Buffer.from('print') };
    const item = { url: 'http://a.example/', entry: null, externalId: null, uploaderId: null, metadata: null };
    expect(await store.create({ ...many, items: Array.from({ length: 2 * QUOTA }, () => item) })).toBe('created');
  });
});
