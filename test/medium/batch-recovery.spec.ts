import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { QueueLate } from '#queue/heavy-bell.js';
import { heavyProcessor } from '#queue/heavy.processor.js';
import { readSettings } from '#settings/settings.js';
import { reclaimStep } from '../../apps/batch/bells/reclaim.js';
import { addAsset } from '../support/event-rows.js';
import { HistoryQueue } from '../support/history-queue.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { describeQueues, type TestQueue } from '../support/queues.js';

/** What a dead worker had is somebody else's by then (docs/operations.md). */
const PROMISED_MS = 15_000;
/** Of that for the batch that the heir has in hand, and for its own look at what it gets. */
const LEFT_MS_MIN = 5_000;
const HELD = 4;
const WAITING = 30;
const SILENT = { bellsRung: () => undefined };

const { heavy, batch } = readSettings({}, '/');
const OPTIONS = { ...batch, attemptsMax: heavy.attemptsMax };

/** What the queue's worker is made with, as BullMQ is told. */
function workerOptions(): { readonly lockDuration: number; readonly stalledInterval: number } {
  const place = { databaseUrl: 'postgres://nobody@127.0.0.1:1/none', redisUrl: undefined };
  const listener = { hear: () => Promise.resolve(), fault: () => undefined };
  const processor = heavyProcessor(place, { concurrency: 1, lockMs: heavy.leaseMs }, listener);
  return Reflect.getMetadata('bullmq:worker_metadata', processor) as ReturnType<typeof workerOptions>;
}

describe('by the settings as they are, what a dead worker held is rung for within its time', () => {
  it('where it was under a lease: the lease, and a look of the reclaimer', async () => {
    const nobody = { inHand: () => Promise.resolve(new Map<string, number>()), ring: () => Promise.resolve() };
    const pending = { takeForsaken: () => Promise.resolve([]), putOff: () => Promise.resolve() };
    const restMs = await reclaimStep({ pending, bell: nobody, metrics: SILENT }, OPTIONS);
    expect(restMs).toBeLessThanOrEqual(batch.sweepMs);
    expect(heavy.leaseMs + restMs).toBeLessThanOrEqual(PROMISED_MS - LEFT_MS_MIN);
  });

  it('where it was heard of and not begun: the lock of its job, and a look for stalled ones', () => {
    const { lockDuration, stalledInterval } = workerOptions();
    expect(lockDuration).toBe(heavy.leaseMs);
    expect(lockDuration + stalledInterval).toBeLessThanOrEqual(PROMISED_MS - LEFT_MS_MIN);
  });
});

describeQueues('what a dead worker held under a lease', (openQueue) => {
  let made: MigratedDatabase;
  let place: TestQueue;
  let queue: HistoryQueue;
  let clientId: string;
  let pending: PendingFinalStore;

  beforeAll(async () => {
    place = await openQueue();
    made = await migratedDatabase(2);
    clientId = await firstClient(made.database);
    pending = new PendingFinalStore(made.database);
    const at = { databaseUrl: made.url, redisUrl: place.redisUrl };
    queue = await HistoryQueue.open(at, () => Promise.resolve());
  });

  afterAll(async () => {
    await queue.close();
    await made.drop();
    await place.stop();
  });

  const upload = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < count) ids.push(await addAsset(made.database, clientId));
    await queue.bell.ring(ids.map((assetId) => ({ assetId, trafficClass: 'normal' })));
    return ids;
  };

  it('is rung for at the next step where the queue did not take it at this one', async () => {
    const dead = await upload(HELD);
    expect(await queue.take(HELD)).toHaveLength(HELD);
    await pending.lease(dead, randomUUID(), heavy.leaseMs);
    await made.database.query(
      `UPDATE pending_final SET lease_expires_at = now(), due_at = now() WHERE asset_id = ANY ($1)`,
      [dead],
    );
    const away = new QueueLate('the queue did not answer');
    const deaf = { inHand: () => queue.bell.inHand(), ring: () => Promise.reject(away) };
    await expect(reclaimStep({ pending, bell: deaf, metrics: SILENT }, OPTIONS)).rejects.toBe(away);
    await reclaimStep({ pending, bell: queue.bell, metrics: SILENT }, OPTIONS);
    const heard = (await queue.take(HELD + 1)).map(({ data }) => data.assetId);
    expect(heard.sort()).toEqual(dead.sort());
    await made.database.query('DELETE FROM pending_final');
  });

  it('comes before all that waits, once, as soon as the lease has run out, and not before', async () => {
    const dead = await upload(HELD);
    expect(await queue.take(HELD)).toHaveLength(HELD);
    await pending.lease(dead, randomUUID(), heavy.leaseMs);
    const others = await upload(WAITING);
    const reclaim = (): Promise<number> => reclaimStep({ pending, bell: queue.bell, metrics: SILENT }, OPTIONS);
    await made.database.query(
      `UPDATE pending_final SET lease_expires_at = lease_expires_at + interval '1 hour', due_at = due_at + interval '1 hour'
       WHERE lease_token IS NOT NULL`,
    );
    await reclaim();
    expect((await queue.jobs()).waiting).toHaveLength(WAITING);

    await made.database.query(
      `UPDATE pending_final SET lease_expires_at = now(), due_at = now() WHERE lease_token IS NOT NULL`,
    );
    await reclaim();
    await reclaim();
    const heard = (await queue.take(HELD + WAITING + 1)).map(({ data }) => data.assetId);
    expect(heard.slice(0, HELD).sort()).toEqual(dead.sort());
    expect(heard.slice(HELD).sort()).toEqual(others.sort());
  });
});
