import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { STARTING_POLICY, STARTING_TRANSITIONS } from '#moderation/policy.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';
import { AccessStore } from '#persistence/access-store.js';
import { FinalStore, type HeavyResult } from '#persistence/final-store.js';
import { OutboxStore } from '#persistence/outbox-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { SubmissionStore, type Submission } from '#persistence/submission-store.js';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const HOUR_MS = 3_600_000;
const PDQ = randomBytes(32).toString('hex');
const randomPdq = (): string => randomBytes(32).toString('hex');

/** A hash that differs from another in so many bits. */
function differing(hash: string, count: number): string {
  const bytes = Buffer.from(hash, 'hex');
  for (let bit = 0; bit < count; bit += 1) bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return bytes.toString('hex');
}

describe('a late block', () => {
  let made: MigratedDatabase;
  let database: DataSource;
  let clients: { readonly shop: string; readonly stranger: string };
  let policyVersion: number;

  beforeAll(async () => {
    made = await migratedDatabase(3);
    ({ database } = made);
    const policies = new PolicyStore(database);
    await policies.ensureLive({ document: STARTING_POLICY, note: 'first', author: 'test' });
    policyVersion = (await policies.live()).version;
    const access = new AccessStore(database);
    clients = { shop: await access.ensureClient('shop'), stranger: await access.ensureClient('stranger') };
  });

  afterAll(() => made.drop());

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

  const hurried = async (): Promise<string[]> =>
    (
      await database.query<{ id: string }[]>(
        `SELECT asset_id AS id FROM outbox WHERE topic = 'asset.hurried' ORDER BY asset_id`,
      )
    ).map(({ id }) => id);

  /** Takes all that waits, one asset at a time, class by class. @returns them in the order in which they are leased */
  async function takeAll(): Promise<string[]> {
    const pending = new PendingFinalStore(database);
    const taken: string[] = [];
    for (const of of TRAFFIC_CLASSES) {
      for (let more = true; more;) {
        const leased = await pending.leaseFresh(of, 1, { token: randomUUID(), ms: HOUR_MS });
        taken.push(...leased.map(({ assetId }) => assetId));
        more = leased.length > 0;
      }
    }
    return taken;
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
    await blockLate([blocked]);
    const first = [5, 21, 31, 38, 44, 47];
    expect(await hurried()).toEqual(first.map((index) => ids[index]));
    const order = (await takeAll()).map((id) => ids.indexOf(id));
    expect([...order.slice(0, 4)].sort((a, b) => a - b)).toEqual(first.slice(0, 4));
    expect([...order.slice(40, 42)].sort((a, b) => a - b)).toEqual(first.slice(4));
    const others = [...order.slice(4, 40), ...order.slice(42)];
    // received a day before them
    const early = 24;
    const inTurn = [...ids.keys()].filter((index) => index !== early && !first.includes(index));
    expect(others).toEqual([early, ...inTurn]);
  });

  it('tells workers of it, and is remembered when nobody hears', async () => {
    const [blocked, other, alike] = [await upload({ pdq: PDQ }), await upload(), await upload({ pdq: PDQ })];
    await database.query('DELETE FROM outbox');
    await blockLate([blocked]);
    expect(await new OutboxStore(database).take(10)).toEqual({ rows: 1, hurried: 1 });
    const most = { urgent: 9, normal: 9, bulk: 9 };
    const waiting = await new PendingFinalStore(database).waiting(most);
    expect(waiting).toMatchObject([{ count: 0 }, { count: 2, hurried: true }, { count: 0 }]);
    expect(await takeAll()).toEqual([alike, other]);
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
