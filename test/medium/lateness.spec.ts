import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { FreshnessAnswer } from '#contracts/freshness-answer.js';
import { historyFaults } from '#moderation/check-history.js';
import { AssetStore } from '#persistence/asset-store.js';
import type { HeavyResult } from '#persistence/final-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { LatenessStore } from '#persistence/lateness-store.js';
import type { Submission } from '#persistence/submission-store.js';
import { eventually } from '../support/eventually.js';
import { ConsoleScene, type Scores } from './console-scene.js';

const CLEAR: Scores = {};
const EXPLICIT: Scores = { explicit: 0.99 };

let scene: ConsoleScene;
let lateness: LatenessStore;
let freshness: FreshnessStore;
beforeAll(async () => {
  scene = await ConsoleScene.open();
  lateness = new LatenessStore(scene.database);
  freshness = new FreshnessStore(scene.database);
});
afterAll(() => scene.close());
beforeEach(async () => {
  scene.nowMs = Date.now();
  await lateness.markLate(1_000);
});

/** An upload of ten seconds ago whose final was promised for a second ago. */
const lateUpload = (scores: Scores, differing: Partial<Submission> = {}): Promise<string> => {
  const nowMs = Date.now();
  const times = { receivedAtMs: nowMs - 10_000, decidedAtMs: nowMs - 9_000, finalByMs: nowMs - 1_000 };
  return scene.upload(scores, { ...times, ifLate: 'block', ...differing });
};

interface Row {
  readonly revision: number;
  readonly stage: string;
  readonly verdict: string;
  readonly source: string;
  readonly cause: string | null;
  readonly supersedes: number | null;
}

const decisionsOf = (id: string): Promise<Row[]> =>
  scene.rows<Row>(
    `SELECT revision, stage, verdict, source, cause, supersedes FROM decision WHERE asset_id = $1 ORDER BY revision`,
    [id],
  );
const rowOf = async (id: string): Promise<unknown> =>
  (await scene.rows(`SELECT revisions, standing_revision, stage, verdict, served FROM asset WHERE id = $1`, [id]))[0];
const settleNow = async (id: string, heavy: Scores): Promise<unknown> => {
  scene.nowMs = Date.now();
  return scene.settle(await scene.heavyResult(id, heavy));
};

async function expectWhole(): Promise<void> {
  const histories = await new HistoryStore(scene.database).page(undefined, 1_000);
  expect(histories.length).toBeGreaterThan(0);
  expect(histories.flatMap((history) => historyFaults(history))).toEqual([]);
}

const FIRST = { revision: 1, stage: 'provisional', source: 'fast', cause: null, supersedes: null };
const LATE = { revision: 2, stage: 'provisional', verdict: 'block', source: 'default', cause: 'late', supersedes: 1 };

describe('an asset whose final is late', () => {
  it('is blocked where that was promised, by the policy that promised it, and marked once', async () => {
    const id = await lateUpload(CLEAR, { trafficClass: 'urgent' });
    expect(await lateness.markLate(10)).toEqual([{ assetId: id, trafficClass: 'urgent', effect: 'blocked' }]);
    expect(await lateness.markLate(10)).toEqual([]);
    expect(await decisionsOf(id)).toEqual([{ ...FIRST, verdict: 'allow' }, LATE]);
    expect(await rowOf(id)).toEqual({
      revisions: 2,
      standing_revision: 2,
      stage: 'provisional',
      verdict: 'block',
      served: false,
    });
    const [said] = await scene.rows(
      `SELECT d.reasons, d.band, d.model_id, d.policy_version = f.policy_version AS same, d.decided_at = p.late_at AS at
       FROM decision d JOIN decision f ON f.asset_id = d.asset_id AND f.revision = 1
       JOIN pending_final p ON p.asset_id = d.asset_id WHERE d.asset_id = $1 AND d.revision = 2`,
      [id],
    );
    expect(said).toEqual({ reasons: [{ code: 'final_late' }], band: null, model_id: null, same: true, at: true });
    await expectWhole();
  });

  it.each<[string, Scores, Partial<Submission>]>([
    ['its provisional decision was promised to stand', CLEAR, { ifLate: 'provisional_stands' }],
    ['it is blocked anyway', EXPLICIT, {}],
  ])('is only marked where %s', async (_why, scores, differing) => {
    const id = await lateUpload(scores, differing);
    const before = await rowOf(id);
    expect(await lateness.markLate(10)).toEqual([{ assetId: id, trafficClass: 'normal', effect: 'marked' }]);
    expect(await rowOf(id)).toEqual(before);
    expect(await decisionsOf(id)).toHaveLength(1);
    expect(await lateness.markLate(10)).toEqual([]);
  });

  it('is left alone before its time, and where nothing is promised: as what is tried again', async () => {
    await scene.upload(CLEAR, { ifLate: 'block', finalByMs: Date.now() + 60_000 });
    const id = await lateUpload(CLEAR);
    await settleNow(id, CLEAR);
    await scene.rows(
      `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at, cause, cause_id)
       VALUES ($1, 'normal', now() - interval '1 day', now(), 'resubmitted', '1')`,
      [id],
    );
    expect(await lateness.markLate(10)).toEqual([]);
    await settleNow(id, CLEAR);
  });

  it('is released by its final, which counts as withheld what was so since the promise was broken', async () => {
    const id = await lateUpload(CLEAR);
    await lateness.markLate(10);
    const [late] = await scene.rows<{ at: Date }>(`SELECT late_at AS at FROM pending_final WHERE asset_id = $1`, [id]);
    expect(await settleNow(id, CLEAR)).toMatchObject({
      trafficClass: 'normal',
      cause: null,
      transition: 'late_release',
      exposureMs: null,
    });
    expect((await decisionsOf(id)).at(-1)).toEqual({
      ...FIRST,
      revision: 3,
      stage: 'final',
      verdict: 'allow',
      source: 'heavy',
      supersedes: 2,
    });
    const [hold] = await scene.rows<{ ms: number }>(
      `SELECT wrongful_hold_ms::float8 AS ms FROM reconciliation WHERE asset_id = $1`,
      [id],
    );
    expect(Math.abs((hold?.ms ?? NaN) - (scene.nowMs - (late?.at.getTime() ?? NaN)))).toBeLessThanOrEqual(1);
    expect(await rowOf(id)).toMatchObject({ revisions: 3, stage: 'final', served: true });
    await expectWhole();
  });

  it('was shown until its promise was broken when its final confirms the block: by the label that blocks it', async () => {
    const id = await lateUpload(CLEAR);
    await lateness.markLate(10);
    const settled = await settleNow(id, EXPLICIT);
    const [shown] = await scene.rows<{ ms: number }>(
      `SELECT extract(epoch FROM l.decided_at - f.decided_at)::float8 * 1000 AS ms FROM decision l
       JOIN decision f ON f.asset_id = l.asset_id AND f.revision = 1 WHERE l.asset_id = $1 AND l.revision = 2`,
      [id],
    );
    expect(settled).toMatchObject({ transition: 'confirmed_block', change: null, labels: ['sexual.explicit'] });
    const [stored] = await scene.rows<{ ms: number }>(
      `SELECT exposure_ms::float8 AS ms FROM reconciliation WHERE asset_id = $1`,
      [id],
    );
    expect(shown?.ms).toBeGreaterThan(5_000);
    expect(Math.abs((stored?.ms ?? NaN) - (shown?.ms ?? NaN))).toBeLessThanOrEqual(1);
    await expectWhole();
  });

  it('goes to a human by what the tiers saw: being late is nobody’s view', async () => {
    const uncertain: Scores = { explicit: 0.5 };
    const id = await lateUpload(uncertain);
    expect(await lateness.markLate(10)).toMatchObject([{ assetId: id, effect: 'blocked' }]);
    await settleNow(id, uncertain);
    const reviews = await scene.rows(`SELECT disagreement FROM review WHERE asset_id = $1`, [id]);
    expect(reviews).toEqual([{ disagreement: false }]);
    expect(await rowOf(id)).toMatchObject({ verdict: 'review', served: false });
    await expectWhole();
  });

  it('says so to its client, before its final and afterwards; one whose final was in time does not', async () => {
    const [clientId] = (await scene.rows<{ id: string }>(`SELECT id FROM client`)).map((row) => row.id);
    const read = async (id: string): Promise<unknown> => {
      const view = await new AssetStore(scene.database).find(clientId ?? '', id);
      return { late: view?.late, ifLate: view?.asset.ifLate };
    };
    const late = await lateUpload(CLEAR);
    const early = await scene.upload(CLEAR, { finalByMs: Date.now() + 60_000 });
    expect(await read(late)).toEqual({ late: true, ifLate: 'block' });
    expect(await read(early)).toEqual({ late: false, ifLate: 'provisional_stands' });
    for (const id of [late, early]) await settleNow(id, CLEAR);
    await scene.rows(`UPDATE asset SET final_by = now() - interval '1 microsecond' WHERE id = $1`, [early]);
    expect(await read(late)).toEqual({ late: true, ifLate: 'block' });
    expect(await read(early)).toEqual({ late: false, ifLate: 'provisional_stands' });
  });
});

describe('a final that is written while its asset becomes late', () => {
  const waitingForLocks = async (): Promise<number> => {
    const rows = await scene.rows<{ n: string }>(
      `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return Number(rows[0]?.n);
  };

  /** Runs `body` while another transaction holds the asset's row, then lets go. */
  async function withAssetHeld<T>(id: string, body: () => Promise<T>): Promise<T> {
    const holder = scene.database.createQueryRunner();
    await holder.startTransaction();
    try {
      await holder.query(`SELECT 1 FROM asset WHERE id = $1 FOR UPDATE`, [id]);
      return await body();
    } finally {
      await holder.commitTransaction();
      await holder.release();
    }
  }

  it('stands alone when it was first', async () => {
    const id = await lateUpload(CLEAR);
    const token = randomUUID();
    await scene.pending.lease([id], token, 60_000);
    const result = await scene.heavyResult(id, CLEAR);
    const settling = await withAssetHeld(id, async () => {
      const under = scene.finals.settle(token, [result], Date.now());
      await eventually('the final waits for its asset', async () => (await waitingForLocks()) === 1);
      expect(await lateness.markLate(10)).toEqual([]);
      return { under };
    });
    await settling.under;
    expect(await lateness.markLate(10)).toEqual([]);
    expect(await decisionsOf(id)).toMatchObject([
      { revision: 1 },
      { revision: 2, stage: 'final', cause: null, supersedes: 1 },
    ]);
    await expectWhole();
  });

  it('supersedes the block when that was first', async () => {
    const id = await lateUpload(CLEAR);
    const token = randomUUID();
    await scene.pending.lease([id], token, 60_000);
    const result = await scene.heavyResult(id, CLEAR);
    const both = await withAssetHeld(id, async () => {
      const marking = lateness.markLate(10);
      await eventually('the mark waits for its asset', async () => (await waitingForLocks()) === 1);
      const settling = scene.finals.settle(token, [result], Date.now());
      await eventually('the final waits for the mark', async () => (await waitingForLocks()) === 2);
      return { marking, settling };
    });
    expect(await both.marking).toMatchObject([{ assetId: id, effect: 'blocked' }]);
    expect(await both.settling).toMatchObject([{ assetId: id, transition: 'late_release' }]);
    expect(await decisionsOf(id)).toMatchObject([FIRST, LATE, { revision: 3, stage: 'final', supersedes: 2 }]);
    await expectWhole();
  });

  it('is written once, and the block at most once, when many happen at the same time', async () => {
    const ids: string[] = [];
    for (let made = 0; made < 60; made += 1) ids.push(await lateUpload(CLEAR));
    const results = new Map<string, HeavyResult>();
    for (const id of ids) results.set(id, await scene.heavyResult(id, CLEAR));
    const batches = [0, 1, 2].map((part) => ids.filter((_, index) => index % 3 === part));
    const settleBatch = async (batch: readonly string[]): Promise<number> => {
      const token = randomUUID();
      // against the order in which they become late
      const backwards = [...batch].reverse().flatMap((id) => results.get(id) ?? []);
      await scene.pending.lease(batch, token, 60_000);
      return (await scene.finals.settle(token, backwards, Date.now())).length;
    };
    const markAll = async (): Promise<string[]> => {
      const marked: string[] = [];
      for (let late = await lateness.markLate(7); late.length > 0; late = await lateness.markLate(7)) {
        marked.push(...late.map(({ assetId }) => assetId));
      }
      return marked;
    };
    const [first, second, ...settled] = await Promise.all([markAll(), markAll(), ...batches.map(settleBatch)]);
    const marked = [...first, ...second];
    expect(new Set(marked).size).toBe(marked.length);
    // what is leased while a mark holds its row is passed over, and left to the next worker
    const left = await scene.rows<{ id: string }>(
      `SELECT asset_id AS id FROM pending_final WHERE asset_id = ANY ($1)`,
      [ids],
    );
    expect(settled.reduce((sum, count) => sum + count, left.length)).toBe(ids.length);
    for (const { id } of left) await settleNow(id, CLEAR);
    const counts = await scene.rows<{ finals: number; late: number }>(
      `SELECT count(*) FILTER (WHERE stage = 'final')::integer AS finals, count(*) FILTER (WHERE cause = 'late')::integer AS late
       FROM decision WHERE asset_id = ANY ($1) GROUP BY asset_id`,
      [ids],
    );
    expect(counts.map(({ finals }) => finals)).toEqual(ids.map(() => 1));
    expect(counts.reduce((sum, { late }) => sum + late, 0)).toBe(marked.length);
    await expectWhole();
  });
});

describe('a glance at what waits', () => {
  it('counts up to its bound, tells that there is more, and finds the oldest wherever it is', async () => {
    await scene.rows(`DELETE FROM pending_final`);
    const ids: string[] = [];
    for (const ageS of [50, 40, 30, 20, 10]) {
      const receivedAtMs = Date.now() - ageS * 1_000;
      ids.push(await scene.upload(CLEAR, { trafficClass: 'bulk', receivedAtMs, finalByMs: receivedAtMs + 35_000 }));
    }
    await scene.upload(CLEAR, { trafficClass: 'urgent', finalByMs: Date.now() + 60_000 });
    const [oldest, begun, , , hurried] = ids;
    const glance = async (countedMax?: number) => {
      const { classes, waiting, more } = await new FreshnessStore(scene.database, countedMax).glance();
      const [urgent, normal, bulk] = classes;
      expect([urgent, normal]).toMatchObject([
        { class: 'urgent', waiting: 1, more: false },
        { class: 'normal', waiting: 0, waitingLate: 0, oldestMs: null, more: false },
      ]);
      const ageS = Math.floor((bulk?.oldestMs ?? 0) / 10_000) * 10;
      return [bulk?.waiting, bulk?.waitingLate, bulk?.more, ageS, waiting, more];
    };
    await scene.rows(`UPDATE pending_final SET hurried_at = now() WHERE asset_id = $1`, [hurried]);
    expect(await glance()).toEqual([5, 2, false, 50, 6, false]);
    expect(await glance(5)).toEqual([5, 2, false, 50, 6, false]);
    // what was brought forward is counted before it, and does not hide it
    expect(await glance(1)).toEqual([1, 1, true, 50, 2, true]);
    await scene.pending.lease([begun ?? ''], randomUUID(), 60_000);
    expect(await glance()).toEqual([5, 2, false, 50, 6, false]);
    await scene.pending.lease([oldest ?? ''], randomUUID(), 60_000);
    expect(await glance()).toEqual([5, 2, false, 50, 6, false]);
    expect(await glance(2)).toEqual([2, 2, true, 50, 3, true]);
    expect((await freshness.backlog()).classes).toMatchObject([{}, {}, { waiting: 5, waitingLate: 2 }]);
  });
});

describe('the freshness report', () => {
  it('tells ages by class over the last hour, what was late, and what waits', async () => {
    await scene.rows(`DELETE FROM pending_final`);
    await scene.rows(`UPDATE asset SET received_at = now() - interval '1 day'`);
    await scene.rows(`ALTER TABLE decision DISABLE TRIGGER decision_append_only`);
    await scene.rows(`UPDATE decision SET decided_at = now() - interval '2 hours'`);
    await scene.rows(`ALTER TABLE decision ENABLE TRIGGER decision_append_only`);
    expect(await freshness.backlog()).toEqual({
      classes: ['urgent', 'normal', 'bulk'].map((name) => ({
        class: name,
        waiting: 0,
        waitingLate: 0,
        oldestMs: null,
      })),
      waiting: 0,
      finalsPerSecond: null,
      backlogSeconds: 0,
    });
    await lateUpload(CLEAR, { trafficClass: 'bulk' });
    expect(await freshness.backlog()).toMatchObject({ waiting: 1, finalsPerSecond: null, backlogSeconds: null });

    for (const ageS of [1, 2, 3, 4, 100]) {
      const nowMs = Date.now();
      const finalByMs = nowMs + (ageS > 50 ? -50_000 : 50_000);
      const id = await scene.upload(CLEAR, { trafficClass: 'urgent', receivedAtMs: nowMs - ageS * 1_000, finalByMs });
      scene.nowMs = nowMs;
      await scene.settle(await scene.heavyResult(id, CLEAR));
    }
    await lateness.markLate(10);
    const { status, body } = await scene.ask<FreshnessAnswer>('anna', 'GET', '/api/freshness');
    expect(status).toBe(200);
    const [urgent, normal, bulk] = body.classes;
    expect(urgent).toEqual({
      class: 'urgent',
      finals: 5,
      p50Ms: 3_000,
      p95Ms: expect.closeTo(80_800, 3),
      lateFinals: 1,
      lateBlocks: 0,
      waiting: 0,
      waitingLate: 0,
      oldestMs: null,
    });
    expect(normal).toMatchObject({ finals: 0, p50Ms: null, p95Ms: null, waiting: 0 });
    expect(bulk).toMatchObject({ finals: 0, lateBlocks: 1, waiting: 1, waitingLate: 1 });
    expect(bulk?.oldestMs).toBeGreaterThanOrEqual(10_000);
    // five finals in less than ten seconds count as of ten
    expect(body).toMatchObject({ waiting: 1, finalsPerSecond: 0.5, backlogSeconds: 2 });
  });
});
