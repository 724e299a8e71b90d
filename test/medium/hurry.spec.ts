import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Worker } from 'bullmq';
import { randomBytes, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import type { HeavyJob } from '#contracts/heavy-job.js';
import { STARTING_POLICY, STARTING_TRANSITIONS } from '#moderation/policy.js';
import type { TrafficClass } from '#moderation/words.js';
import { AccessStore } from '#persistence/access-store.js';
import { FinalStore, type HeavyResult } from '#persistence/final-store.js';
import { OutboxStore } from '#persistence/outbox-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { SubmissionStore, type Submission } from '#persistence/submission-store.js';
import { queueConnection, type QueuePlace } from '#queue/connection.js';
import { HEAVY_QUEUE, HeavyBell, openHeavyQueue } from '#queue/heavy-bell.js';
import { eventually } from '../support/eventually.js';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { describeQueues, type TestQueue } from '../support/queues.js';

const HOUR_MS = 3_600_000;
const PDQ = randomBytes(32).toString('hex');
const randomPdq = (): string => randomBytes(32).toString('hex');

/** A hash that differs from another in so many bits. */
function differing(hash: string, count: number): string {
  const bytes = Buffer.from(hash, 'hex');
  for (let bit = 0; bit < count; bit += 1) bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return bytes.toString('hex');
}

describeQueues('a late block', (openQueue) => {
  let queue: TestQueue;
  let made: MigratedDatabase;
  let database: DataSource;
  let place: QueuePlace;
  let bell: HeavyBell;
  let closeBell: () => Promise<void>;
  let clients: { readonly shop: string; readonly stranger: string };
  let policyVersion: number;

  beforeAll(async () => {
    queue = await openQueue();
    made = await migratedDatabase(3);
    ({ database } = made);
    const policies = new PolicyStore(database);
    await policies.ensureLive({ document: STARTING_POLICY, note: 'first', author: 'test' });
    policyVersion = (await policies.live()).version;
    const access = new AccessStore(database);
    clients = { shop: await access.ensureClient('shop'), stranger: await access.ensureClient('stranger') };
    place = { databaseUrl: made.url, redisUrl: queue.redisUrl };
    const producer = openHeavyQueue(place);
    await producer.waitUntilReady();
    bell = new HeavyBell(producer, place);
    closeBell = () => producer.close();
  });

  afterAll(async () => {
    await closeBell();
    await made.drop();
    await queue.stop();
  });

  beforeEach(() => database.query('DELETE FROM pending_final'));

  interface Upload extends Partial<Submission> {
    readonly pdq?: string;
    readonly quality?: number;
  }

  async function upload({ pdq = randomPdq(), quality = 90, ...more }: Upload = {}): Promise<string> {
    const assetId = uuidv7();
    const nowMs = Date.now();
    await new SubmissionStore(database).accept({
      assetId,
      clientId: clients.shop,
      externalId: null,
      uploaderId: null,
      trafficClass: 'normal',
      metadata: null,
      sha256: randomPdq(),
      bytes: 1,
      mediaType: 'image/png',
      width: 1,
      height: 1,
      frames: 1,
      degraded: [],
      receivedAtMs: nowMs,
      decidedAtMs: nowMs,
      finalByMs: nowMs + HOUR_MS,
      dueAtMs: nowMs + HOUR_MS,
      judgement: { verdict: 'allow', band: 'clear', source: 'fast', reasons: [] },
      policyVersion,
      classification: null,
      perceptual: { pdq, quality },
      idempotency: null,
      ...more,
    });
    return assetId;
  }

  async function blockLate(assetIds: readonly string[], rules: HeavyResult['rules'] = STARTING_TRANSITIONS) {
    const token = randomUUID();
    await new PendingFinalStore(database).lease(assetIds, token, 60_000);
    const results = assetIds.map((assetId): HeavyResult => {
      const reasons = [{ code: 'violating', label: 'sexual.explicit' } as const];
      const judgement = { verdict: 'block', band: 'violating', source: 'heavy', reasons } as const;
      return { assetId, judgement, policyVersion, classification: null, margin: 0.1, rules, dead: null };
    });
    return new FinalStore(database).settle(token, results, Date.now());
  }

  const leaveToHuman = (assetId: string) =>
    blockLate([assetId], {
      ...STARTING_TRANSITIONS,
      late_block: { ...STARTING_TRANSITIONS.late_block, 'sexual.explicit': { do: 'ask' } },
    });

  const relay = (): Promise<number> => new OutboxStore(database).relay(1_000, (rows) => bell.ring(rows));
  const hurried = async (): Promise<string[]> =>
    (
      await database.query<{ id: string }[]>(
        `SELECT asset_id AS id FROM outbox WHERE topic = 'asset.hurried' ORDER BY asset_id`,
      )
    ).map(({ id }) => id);

  /** Hears every bell there is, one at a time. @returns the assets in the order they were heard of */
  async function hear(count: number): Promise<string[]> {
    const heard: string[] = [];
    const worker = new Worker<HeavyJob>(
      HEAVY_QUEUE,
      ({ data }) => {
        heard.push(data.assetId);
        return Promise.resolve();
      },
      { connection: queueConnection(place, 'work'), concurrency: 1 },
    );
    try {
      await eventually('all bells are heard', () => heard.length === count);
    } finally {
      await worker.close();
    }
    return heard;
  }

  it('brings what looks alike and what its uploader was allowed before all others of their class', async () => {
    const uploaderId = 'user-9';
    const known: Record<number, Upload> = {
      5: { pdq: PDQ },
      12: { pdq: differing(PDQ, 32) },
      14: { pdq: PDQ, quality: 49 },
      21: { uploaderId },
      23: { uploaderId, clientId: clients.stranger },
      24: { uploaderId, receivedAtMs: Date.now() - 25 * HOUR_MS },
      25: { uploaderId, judgement: { verdict: 'block', band: 'violating', source: 'fast', reasons: [] } },
      31: { pdq: differing(PDQ, 31) },
      38: { uploaderId, pdq: differing(PDQ, 8) },
      44: { pdq: differing(PDQ, 3), clientId: clients.stranger },
      47: { uploaderId },
    };
    const blocked = await upload({ pdq: PDQ, uploaderId });
    const ids: string[] = [];
    for (let index = 0; index < 50; index += 1) {
      const trafficClass: TrafficClass = index < 40 ? 'normal' : 'bulk';
      ids.push(await upload({ trafficClass, ...known[index] }));
    }
    await relay();
    await blockLate([blocked]);
    const first = [5, 21, 31, 38, 44, 47];
    expect(await hurried()).toEqual(first.map((index) => ids[index]));
    await relay();
    expect(await bell.holding()).toEqual({ all: 51, waiting: 51 });

    const order = (await hear(51)).filter((id) => id !== blocked).map((id) => ids.indexOf(id));
    expect([...order.slice(0, 4)].sort((a, b) => a - b)).toEqual(first.slice(0, 4));
    expect([...order.slice(40, 42)].sort((a, b) => a - b)).toEqual(first.slice(4));
    const others = [...order.slice(4, 40), ...order.slice(42)];
    expect(others).toEqual([...ids.keys()].filter((index) => !first.includes(index)));
  });

  it('rings for what nobody has rung for yet, and is remembered when the queue is lost', async () => {
    const [blocked, other, alike] = [await upload({ pdq: PDQ }), await upload(), await upload({ pdq: PDQ })];
    await database.query('DELETE FROM outbox');
    await blockLate([blocked]);
    await relay();
    expect(await hear(1)).toEqual([alike]);
    await database.query(`UPDATE pending_final SET due_at = received_at - interval '1 second'`);
    await bell.ring(await new PendingFinalStore(database).takeDue(10, 60_000));
    expect(await hear(2)).toEqual([alike, other]);
  });

  it('brings each forward once, and passes over what somebody is labelling', async () => {
    const blocked = [await upload({ pdq: PDQ }), await upload({ pdq: PDQ })];
    const [alike, leased] = [await upload({ pdq: PDQ }), await upload({ pdq: PDQ })];
    await database.query('DELETE FROM outbox');
    await new PendingFinalStore(database).lease([leased], randomUUID(), 60_000);
    await blockLate(blocked);
    expect(await hurried()).toEqual([alike]);
    await blockLate([leased]);
    expect(await hurried()).toEqual([alike]);
    await database.query('DELETE FROM outbox');
  });

  it('of a moderator does the same', async () => {
    const [blocked, alike] = [await upload({ pdq: PDQ }), await upload({ pdq: PDQ })];
    await database.query('DELETE FROM outbox');
    await leaveToHuman(blocked);
    const reviews = new ReviewStore(database);
    const [row] = await database.query<{ id: string }[]>('SELECT id FROM review WHERE asset_id = $1', [blocked]);
    const id = row?.id ?? '';
    expect(await reviews.claim(id, { name: 'anna', senior: false }, Date.now(), HOUR_MS)).toMatchObject({
      kind: 'claimed',
    });
    expect(await hurried()).toEqual([]);
    const decision = { verdict: 'block', policyLabel: 'sexual.explicit', note: 'nude', moderator: 'anna' } as const;
    const outcome = await reviews.decide(id, decision, policyVersion, Date.now());
    expect(outcome).toMatchObject({ kind: 'decided', transition: 'late_block', exposureMs: expect.any(Number) });
    expect(await hurried()).toEqual([alike]);
    await database.query('DELETE FROM outbox');
  });

  it('that waits for a human brings nothing forward', async () => {
    const [blocked] = [await upload({ pdq: PDQ }), await upload({ pdq: PDQ })];
    const [settled] = await leaveToHuman(blocked);
    expect(settled).toMatchObject({ transition: 'needs_review', change: 'late_block', heldBy: 'ask' });
    expect(await hurried()).toEqual([]);
    await database.query('DELETE FROM outbox');
  });
});
