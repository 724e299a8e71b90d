import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ClassifyItem } from '#contracts/classify.js';
import type { Classified } from '#inference/classifier/call.js';
import {
  ClassifierFailed,
  ClassifierOverloaded,
  ClassifierUnavailable,
  type ClassifierFailure,
} from '#inference/classifier/errors.js';
import { DatabaseLate } from '#persistence/errors.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { AssetFiles } from '#storage/asset-files.js';
import { StorageLate } from '#storage/errors.js';
import type { LabelBatch, LabelParts } from '../../apps/batch/heavy/label-batch.js';
import { eventually } from '../support/eventually.js';
import { ConsoleScene } from './console-scene.js';
import { labelBatch, labelLeased, LEASE_MS, MODEL, SCORED } from './heavy-scene.js';

const ATTEMPTS_MAX = 4;

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

const batchOf = (classifier: LabelParts['classifier'], bytes: LabelParts['bytes'] = files): LabelBatch =>
  labelBatch(scene, { classifier, bytes, attemptsMax: ATTEMPTS_MAX });

const failing = (reason: ClassifierFailure): LabelBatch => batchThat(() => new ClassifierFailed(reason, 'words'));

/** Leases assets, whatever waits, and has them labelled. */
const run = (batch: LabelBatch, assetIds: readonly string[]): Promise<void> => labelLeased(scene, batch, assetIds);

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
  /** From now on it may be had after that. */
  readonly dueMs: number;
  readonly dueAtMs: number;
}

const waiting = (): Promise<Waiting[]> =>
  scene.rows<Waiting>(
    `SELECT attempts, lease_token IS NOT NULL AS leased, last_error AS "lastError",
       extract(epoch FROM lease_expires_at - now())::float8 * 1000 AS "dueMs",
       extract(epoch FROM lease_expires_at)::float8 * 1000 AS "dueAtMs" FROM pending_final`,
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
    await run(batch, [assetId]);
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
      await run(batch, [assetId]);
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

/** What a worker does for as long as there is something to do: it looks at batches, and then at single assets. */
async function work(batch: LabelBatch): Promise<void> {
  for (;;) {
    const lease = { token: randomUUID(), ms: LEASE_MS };
    const fresh = await scene.pending.leaseFresh('normal', 8, lease);
    const leased = fresh.length > 0 ? fresh : await scene.pending.leaseTried('normal', lease);
    if (leased.length === 0) return;
    await batch.run(leased, { token: lease.token, isAlone: fresh.length === 0 });
  }
}

describe('an asset that takes its service down', () => {
  it('costs its neighbours two looks; it is looked at alone from then on, and a dead letter in the end', async () => {
    const ids = [await stored(), await stored(), await stored()];
    const [poison] = ids;
    const looked: number[] = [];
    const batch = deadlyOn(poison, looked);
    let lives = 0;
    for (; (await waiting()).length > 0 && lives < 20; lives += 1) {
      await work(batch).catch(() => undefined);
      await scene.rows(`UPDATE pending_final SET lease_expires_at = now() - interval '1 second'`);
    }
    // then the poison so often, and each of the others once
    expect(looked.slice(0, 2)).toEqual([3, 3]);
    expect(looked.slice(2)).toEqual(Array.from({ length: ATTEMPTS_MAX + 2 }, () => 1));
    expect(lives).toBeLessThanOrEqual(ATTEMPTS_MAX + 3);
    expect(await letters()).toEqual([{ reason: 'crashed', attempts: ATTEMPTS_MAX + 2, detail: expect.any(String) }]);
    expect(await scene.rows(`SELECT FROM decision WHERE stage = 'final'`)).toHaveLength(3);
  });
});

describe('a worker that leaves', () => {
  it('gives back untried what is in hand, and begins nothing that it has leased meanwhile', async () => {
    const [first, second] = [await stored(), await stored()];
    let finish: () => void = () => undefined;
    const looked: number[] = [];
    const batch = batchOf({
      model: MODEL,
      classify: async (items) => {
        looked.push(items.length);
        await new Promise<void>((resolve) => (finish = resolve));
        return { outcomes: items.map(() => SCORED), queueMs: 0 };
      },
    });
    const running = run(batch, [first]);
    await eventually('it is looked at', () => looked.length === 1);
    await batch.handBack();
    await run(batch, [second]);
    expect(await waiting()).toMatchObject([
      { attempts: 0, leased: false },
      { attempts: 0, leased: false },
    ]);
    finish();
    await running;
    // its late write is refused
    expect([looked, (await waiting()).length]).toEqual([[1], 2]);
  });
});

/** A database that takes nothing back for a while. */
class Away extends PendingFinalStore {
  isAway = true;

  override handBack(token: string, delayMs: number): Promise<void> {
    return this.isAway ? Promise.reject(new DatabaseLate('it is away')) : super.handBack(token, delayMs);
  }
}

describe('what fails for all alike is no attempt of any', () => {
  it('the database as well: what it does not take back now is owed to it', async () => {
    const assetId = await stored();
    const pending = new Away(scene.database);
    const classify = (): Promise<Classified> => Promise.reject(new ClassifierUnavailable('no process is alive'));
    const parts = { classifier: { model: MODEL, classify }, bytes: files, attemptsMax: ATTEMPTS_MAX, pending };
    const batch = labelBatch(scene, parts);
    await expect(run(batch, [assetId])).rejects.toThrow(ClassifierUnavailable);
    await expect(batch.handBackOwed()).rejects.toThrow(DatabaseLate);
    expect(await waiting()).toMatchObject([{ attempts: 1, leased: true }]);
    pending.isAway = false;
    await batch.handBackOwed();
    expect(await waiting()).toMatchObject([{ attempts: 0, leased: false }]);
  });

  it.each<[string, Error]>([
    ['no process is warm', new ClassifierUnavailable('no process is alive')],
    ['too many calls wait', new ClassifierOverloaded('1 calls wait already')],
  ])('%s', async (_what, error) => {
    const assetId = await stored();
    const batch = batchThat(() => error);
    for (let tries = 0; tries < 2 * ATTEMPTS_MAX; tries += 1) await expect(run(batch, [assetId])).rejects.toBe(error);
    const [row] = await waiting();
    expect(row).toMatchObject({ attempts: 0, leased: false });
    expect(row?.dueMs).toBeLessThanOrEqual(5_000);
    expect(await letters()).toEqual([]);
  });

  it('the place of all bytes is away', async () => {
    const assetId = await stored();
    await rm(path.join(home, 'assets'), { recursive: true });
    await expect(run(failing('io'), [assetId])).rejects.toThrow(StorageLate);
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
    await run(batch, [late, there]);
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
    await expect(
      run(
        batchThat(() => defect),
        [assetId],
      ),
    ).rejects.toBe(defect);
    expect(await waiting()).toMatchObject([{ attempts: 1, leased: true }]);
  });
});
