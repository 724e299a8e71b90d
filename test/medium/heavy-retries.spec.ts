import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ClassifyItem, Scored } from '#contracts/classify.js';
import type { Classified } from '#inference/classifier/call.js';
import {
  ClassifierFailed,
  ClassifierOverloaded,
  ClassifierUnavailable,
  type ClassifierFailure,
} from '#inference/classifier/errors.js';
import { HashGate } from '#moderation/banks/bank.js';
import { LivePolicy } from '#persistence/live-policy.js';
import { PendingFinalStore, type LeasedAsset } from '#persistence/pending-final-store.js';
import { WitnessStore } from '#persistence/witness-store.js';
import { AssetFiles } from '#storage/asset-files.js';
import { StorageLate } from '#storage/errors.js';
import { FreshnessMetrics } from '#telemetry/freshness-metrics.js';
import { createLogger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';
import { LabelBatch, type LabelParts } from '../../apps/batch/heavy/label-batch.js';
import { eventually } from '../support/eventually.js';
import { ConsoleScene, HEAVY } from './console-scene.js';

const ATTEMPTS_MAX = 4;
const MODEL = {
  id: HEAVY,
  sha256: 'ab',
  classes: ['neutral'],
  labels: ['neutral' as const],
  preprocessing: {
    size: 8,
    resize: 'bilinear-align-corners' as const,
    framesScoredMax: 1,
    backgrounds: ['white' as const],
  },
};

const SCORED: Scored = {
  kind: 'scored',
  facts: { mediaType: 'image/png', width: 8, height: 8, frames: 1, alpha: false, degraded: [] },
  views: [[1]],
  viewNames: [{ look: 'reference', frame: 0 }],
  decodeMs: 1,
  inferenceMs: 1,
  perceptual: null,
};

let scene: ConsoleScene;
let home: string;
let files: AssetFiles;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());
beforeEach(async () => {
  await scene.rows('TRUNCATE asset, review, outbox CASCADE');
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-retries-'));
  files = new AssetFiles(path.join(home, 'assets'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A batch whose classifier throws; what it throws may change from call to call. */
const batchThat = (error: () => Error, bytes: LabelParts['bytes'] = files): LabelBatch =>
  batchOf({ model: MODEL, classify: () => Promise.reject(error()) }, bytes);

function batchOf(
  classifier: LabelParts['classifier'],
  bytes: LabelParts['bytes'] = files,
  pending = scene.pending,
): LabelBatch {
  const metrics = new Metrics();
  return new LabelBatch({
    pending,
    finals: scene.finals,
    classifier,
    banks: { current: () => Promise.resolve(new HashGate()) },
    policies: new LivePolicy(scene.policies, Date.now),
    bytes,
    witnesses: new WitnessStore(scene.database),
    metrics,
    freshness: new FreshnessMetrics(metrics.registry),
    reconciliations: new ReconciliationMetrics(metrics.registry, { exposureMs: 1_000, wrongfulHoldMs: 1_000 }),
    log: createLogger('batch', 'silent'),
    leaseMs: 60_000,
    attemptsMax: ATTEMPTS_MAX,
  });
}

const failing = (reason: ClassifierFailure): LabelBatch => batchThat(() => new ClassifierFailed(reason, 'words'));

/** An asset with bytes. */
async function stored(): Promise<string> {
  const assetId = await scene.upload({});
  await mkdir(path.dirname(files.path(assetId)), { recursive: true });
  await writeFile(files.path(assetId), 'bytes');
  return assetId;
}

interface Waiting {
  readonly attempts: number;
  readonly leased: boolean;
  readonly lastError: string | null;
  /** From now on. */
  readonly dueMs: number;
  readonly dueAtMs: number;
}

const waiting = (): Promise<Waiting[]> =>
  scene.rows<Waiting>(
    `SELECT attempts, lease_token IS NOT NULL AS leased, last_error AS "lastError",
       extract(epoch FROM due_at - now())::float8 * 1000 AS "dueMs",
       extract(epoch FROM due_at)::float8 * 1000 AS "dueAtMs" FROM pending_final`,
  );
/** By the clock that retries go by. */
async function nowMs(): Promise<number> {
  const [clock] = await scene.rows<{ ms: number }>('SELECT extract(epoch FROM now())::float8 * 1000 AS ms');
  return clock?.ms ?? Number.NaN;
}
const letters = (): Promise<unknown[]> => scene.rows('SELECT reason, attempts, detail FROM dead_letter');

/** Tries until nothing waits any more. @returns how often the asset was tried */
async function triesOf(batch: LabelBatch, assetId: string): Promise<number> {
  for (let tries = 1; tries <= 2 * ATTEMPTS_MAX; tries += 1) {
    await batch.run([assetId]);
    if ((await waiting()).length === 0) return tries;
  }
  throw new Error('it is tried for ever');
}

describe('an asset that fails', () => {
  it.each<[ClassifierFailure, string, number]>([
    ['crashed', 'crashed', ATTEMPTS_MAX],
    ['timeout', 'timeout', ATTEMPTS_MAX],
    ['memory', 'memory', ATTEMPTS_MAX],
    ['io', 'unreadable', ATTEMPTS_MAX],
    ['invalid-output', 'invalid_output', 2],
  ])('by %s is a dead letter, %s, after %d tries', async (failure, reason, tries) => {
    const assetId = await stored();
    expect(await triesOf(failing(failure), assetId)).toBe(tries);
    expect(await letters()).toEqual([{ reason, attempts: tries, detail: expect.any(String) }]);
  });

  it('because its bytes are gone is one at once', async () => {
    const assetId = await stored();
    await files.remove(assetId);
    expect(await triesOf(failing('io'), assetId)).toBe(1);
    expect(await letters()).toEqual([{ reason: 'bytes_gone', attempts: 1, detail: 'its stored bytes are gone' }]);
  });

  it('waits longer after each failure', async () => {
    const assetId = await stored();
    const batch = failing('timeout');
    for (let failures = 1; failures < ATTEMPTS_MAX; failures += 1) {
      const begunAtMs = await nowMs();
      expect([...(await batch.run([assetId])).keys()]).toEqual([assetId]);
      const [row] = await waiting();
      expect(row).toMatchObject({ attempts: failures, leased: false, lastError: 'timeout: words' });
      const longestMs = 4_000 * 2 ** (failures - 1);
      expect(row?.dueMs).toBeLessThanOrEqual(longestMs);
      expect(row?.dueAtMs).toBeGreaterThanOrEqual(begunAtMs + longestMs / 2);
    }
  });
});

/** Looks that their service does not survive: a lease is all that is left of them, until it runs out. */
function deadlyOn(poison: string | undefined, looked: number[]): LabelBatch {
  const classify = (items: readonly ClassifyItem[]): Promise<Classified> => {
    looked.push(items.length);
    const deadly = poison === undefined ? undefined : files.path(poison);
    if (items.some(({ path: at }) => at === deadly)) return Promise.reject(new TypeError('killed'));
    return Promise.resolve({ outcomes: items.map(() => SCORED), queueMs: 0 });
  };
  return batchOf({ model: MODEL, classify });
}

describe('an asset that takes its service down', () => {
  it('costs its neighbours one look; it is looked at alone from then on, and a dead letter in the end', async () => {
    const ids = [await stored(), await stored(), await stored()];
    const [poison] = ids;
    const looked: number[] = [];
    const batch = deadlyOn(poison, looked);
    const left: number[] = [];
    for (let lives = 0; (await waiting()).length > 0 && lives < 20; lives += 1) {
      await batch.run(ids).catch(() => undefined);
      left.push((await waiting()).length);
      await scene.rows(`UPDATE pending_final SET lease_expires_at = now() - interval '1 second'`);
    }
    // the poison so often, and each of the others once
    expect(looked).toEqual([3, ...Array.from({ length: ATTEMPTS_MAX + 1 + 2 }, () => 1)]);
    expect(left).toEqual([3, ...Array.from({ length: ATTEMPTS_MAX + 1 }, () => 1), 0]);
    expect(await letters()).toEqual([{ reason: 'crashed', attempts: ATTEMPTS_MAX + 2, detail: expect.any(String) }]);
  });
});

describe('an asset whose row somebody writes to at this moment', () => {
  it('is looked at all the same, after the others: its bell is heard once', async () => {
    const [held, free] = [await stored(), await stored()];
    const looked: number[] = [];
    const run = await scene.database.transaction(async (other) => {
      await other.query(`UPDATE pending_final SET due_at = now() WHERE asset_id = $1`, [held]);
      const batch = deadlyOn(undefined, looked).run([held, free]);
      await eventually('the batch waits for the row', async () => {
        const [locks] = await scene.rows<{ n: number }>(
          `SELECT count(*)::integer AS n FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return (locks?.n ?? 0) > 0;
      });
      return { batch };
    });
    await run.batch;
    expect([looked, await waiting()]).toEqual([[1, 1], []]);
  });
});

describe('an asset whose lease runs out while its batch is at work on others', () => {
  it('is looked at, too: its bell may have been rung meanwhile, and nobody rings again before it is due', async () => {
    const [first, second] = [await stored(), await stored()];
    const expire = (id: string): Promise<unknown> =>
      scene.rows(`UPDATE pending_final SET lease_expires_at = now() - interval '1 second' WHERE asset_id = $1`, [id]);
    // two batches of a service that has died, each with a lease of its own
    for (const id of [first, second]) await scene.pending.lease([id], randomUUID(), 60_000);
    await expire(first);
    const looked: number[] = [];
    const classify = async (items: readonly ClassifyItem[]): Promise<Classified> => {
      if (looked.push(items.length) === 1) await expire(second);
      return { outcomes: items.map(() => SCORED), queueMs: 0 };
    };
    expect((await batchOf({ model: MODEL, classify }).run([first, second])).size).toBe(0);
    expect([looked, await waiting()]).toEqual([[1, 1], []]);
  });
});

describe('a batch of what is labelled already, or in the hands of somebody else', () => {
  it('costs one lease, however long it is', async () => {
    class Counted extends PendingFinalStore {
      leases = 0;

      override lease(...given: Parameters<PendingFinalStore['lease']>): Promise<LeasedAsset[]> {
        this.leases += 1;
        return super.lease(...given);
      }
    }
    const pending = new Counted(scene.database);
    const classify = (items: readonly ClassifyItem[]): Promise<Classified> =>
      Promise.resolve({ outcomes: items.map(() => SCORED), queueMs: 0 });
    const batch = batchOf({ model: MODEL, classify }, files, pending);
    const [one, two, held] = [await stored(), await stored(), await stored()];
    expect([(await batch.run([one, two])).size, pending.leases]).toEqual([0, 1]);
    await scene.pending.lease([held], randomUUID(), 60_000);
    expect([(await batch.run([one, two, held])).size, pending.leases]).toEqual([0, 2]);
    expect(await waiting()).toMatchObject([{ attempts: 1, leased: true }]);
  });
});

describe('what fails for all alike is no attempt of any', () => {
  it.each<[string, Error]>([
    ['no process is warm', new ClassifierUnavailable('no process is alive')],
    ['too many calls wait', new ClassifierOverloaded('1 calls wait already')],
  ])('%s', async (_what, error) => {
    const assetId = await stored();
    const batch = batchThat(() => error);
    for (let tries = 0; tries < 2 * ATTEMPTS_MAX; tries += 1) await expect(batch.run([assetId])).rejects.toBe(error);
    const [row] = await waiting();
    expect(row).toMatchObject({ attempts: 0, leased: false });
    expect(row?.dueMs).toBeLessThanOrEqual(5_000);
    expect(await letters()).toEqual([]);
  });

  it('the place of all bytes is away', async () => {
    const assetId = await stored();
    await rm(path.join(home, 'assets'), { recursive: true });
    await expect(failing('io').run([assetId])).rejects.toThrow(StorageLate);
    expect(await waiting()).toMatchObject([{ attempts: 0, leased: false }]);
    expect(await letters()).toEqual([]);
  });

  it('its bytes are late while those of others are there: they get their look', async () => {
    const [late, there] = [await stored(), await stored()];
    const away = new StorageLate('the bucket does not answer');
    const bytes = {
      presence: (id: string) => files.presence(id),
      borrow: (id: string) => (id === late ? Promise.reject(away) : files.borrow(id)),
    };
    const batch = batchThat(() => new ClassifierFailed('crashed', 'words'), bytes);
    const failures = await batch.run([late, there]);
    expect([...failures.keys()].sort()).toEqual([late, there].sort());
    expect(failures.get(late)).toBe(away);
    const rows = await scene.rows(
      'SELECT asset_id AS id, attempts, lease_token AS lease FROM pending_final ORDER BY id',
    );
    expect(rows).toEqual([
      { id: late, attempts: 0, lease: null },
      { id: there, attempts: 1, lease: null },
    ]);
  });

  it('but a defect of ours keeps its lease until it runs out: it would be tried at once for ever', async () => {
    const assetId = await stored();
    const defect = new TypeError('x is undefined');
    await expect(batchThat(() => defect).run([assetId])).rejects.toBe(defect);
    expect(await waiting()).toMatchObject([{ attempts: 1, leased: true }]);
  });
});
