import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { StorageLate } from '#storage/errors.js';
import { S3AssetBytes } from '#storage/s3-asset-bytes.js';
import { Spool } from '#storage/spool.js';
import type { LabelBatch } from '../../apps/batch/heavy/label-batch.js';
import { BucketServer } from '../support/bucket-server.js';
import { MoodyBucket, type Mood } from '../support/moody-bucket.js';
import { ConsoleScene, HEAVY } from './console-scene.js';
import { labelBatch, labelLeased, MODEL, SCORED } from './heavy-scene.js';

const TRIES = 3;
const PREFIX = 'late/';

let scene: ConsoleScene;
let server: BucketServer;
let way: MoodyBucket;
let root: string;
let bytes: S3AssetBytes;
beforeAll(async () => {
  [scene, server] = await Promise.all([ConsoleScene.open(), BucketServer.open()]);
  way = await MoodyBucket.open(server.place);
});
afterAll(async () => {
  way.close();
  await Promise.all([scene.close(), server.remove()]);
});
beforeEach(async () => {
  await scene.empty('asset, review, outbox');
  way.moods.clear();
  root = await mkdtemp(path.join(os.tmpdir(), 'portcullis-late-'));
  bytes = new S3AssetBytes(way.bucket(), PREFIX, await Spool.open(path.join(root, 'spool'), 10_000));
});
afterEach(async () => {
  await bytes.close();
  await rm(root, { recursive: true, force: true });
});

async function* stream(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

/** An asset whose bytes are in the bucket. */
async function stored(): Promise<string> {
  const sha256 = createHash('sha256').update('bytes').digest('hex');
  const assetId = await scene.upload({}, { sha256 });
  const written = await bytes.write(assetId, stream('bytes'), 100);
  await written.settled;
  await written.release();
  return assetId;
}

/** A heavy tier that can score whatever it is given. */
const batchOf = (): LabelBatch =>
  labelBatch(scene, {
    classifier: {
      model: MODEL,
      classify: (items) => Promise.resolve({ outcomes: items.map(() => SCORED), queueMs: 0 }),
    },
    bytes,
    attemptsMax: TRIES,
  });

const run = (batch: LabelBatch, assetIds: readonly string[]): Promise<void> => labelLeased(scene, batch, assetIds);

interface Waiting {
  readonly id: string;
  readonly attempts: number;
  readonly leased: boolean;
  readonly soon: boolean;
}

/** What has no final. `soon`: due within the five seconds after which what all need is asked for again. */
const waiting = (): Promise<Waiting[]> =>
  scene.rows<Waiting>(
    `SELECT asset_id AS id, attempts, lease_token IS NOT NULL AS leased, lease_expires_at < now() + interval '6 seconds' AS soon
     FROM pending_final ORDER BY asset_id`,
  );
const letters = (): Promise<unknown[]> =>
  scene.rows('SELECT asset_id AS id, reason, attempts, detail FROM dead_letter ORDER BY asset_id');
const inMood = (mood: Mood, assetIds: readonly string[]): void => {
  for (const id of assetIds) way.moods.set(id, mood);
};

describe('one object that the bucket never gives', () => {
  it.each<[string, Mood]>([
    ['answering "slow down"', 'slow'],
    ['not answering', 'silent'],
  ])('%s, costs its neighbours nothing, counts its tries, and ends with a human', async (_how, mood) => {
    const [late, ...others] = [await stored(), await stored(), await stored()];
    inMood(mood, [late]);
    const batch = batchOf();
    await run(batch, [late, ...others]);
    expect(await waiting()).toEqual([{ id: late, attempts: 1, leased: false, soon: false }]);
    // alone from now on, by whichever service
    for (let tries = 2; tries < TRIES; tries += 1) {
      await run(batchOf(), [late]);
      expect(await waiting()).toEqual([{ id: late, attempts: tries, leased: false, soon: false }]);
    }
    await run(batch, [late]);
    expect(await waiting()).toEqual([]);
    const detail = 'its stored bytes did not come, while those of others did';
    expect(await letters()).toEqual([{ id: late, reason: 'unreadable', attempts: TRIES, detail }]);
    expect(await scene.rows('SELECT verdict, stage FROM asset WHERE id = $1', [late])).toEqual([
      { verdict: 'review', stage: 'final' },
    ]);
    expect(await scene.rows('SELECT state FROM review WHERE asset_id = $1', [late])).toEqual([{ state: 'open' }]);

    way.moods.clear();
    const store = new DeadLetterStore(scene.database);
    const { ids } = await store.openOf('unreadable', 'resubmit', 10);
    await store.resubmit(ids, { by: 'chief', note: 'it is given again' });
    await run(batch, [late]);
    expect(
      await scene.rows(`SELECT model_id AS model FROM classification WHERE tier = 'heavy' AND asset_id = $1`, [late]),
    ).toEqual([{ model: HEAVY }]);
  });

  it('beside another of the same kind in one batch, ends too', async () => {
    const [first, second, other] = [await stored(), await stored(), await stored()];
    await run(batchOf(), [other]);
    inMood('silent', [first, second]);
    const batch = batchOf();
    for (let tries = 1; tries <= TRIES; tries += 1) await run(batch, [first, second]);
    expect(await letters()).toMatchObject([
      { id: first, attempts: TRIES },
      { id: second, attempts: TRIES },
    ]);
  });
});

describe('a bucket that is not well', () => {
  it('counts no try of anything while it gives nothing', async () => {
    const ids = [await stored(), await stored(), await stored(), await stored()];
    const [labelled = '', ...late] = ids;
    await run(batchOf(), [labelled]);
    way.moods.set(PREFIX, 'silent');
    for (let outages = 0; outages <= TRIES; outages += 1) {
      await expect(run(batchOf(), late)).rejects.toThrow(StorageLate);
      expect(await waiting()).toEqual(late.map((id) => ({ id, attempts: 0, leased: false, soon: true })));
    }
    expect(await letters()).toEqual([]);
    way.moods.clear();
    await run(batchOf(), late);
    expect([await waiting(), await letters()]).toEqual([[], []]);
  });

  it('nor while it gives some and refuses others: those it gives are labelled, and the rest is handed back', async () => {
    const ids = [];
    while (ids.length < 8) ids.push(await stored());
    const [known, late, fresh] = [ids.slice(0, 4), ids.slice(4, 6), ids.slice(6)];
    await run(batchOf(), known);
    inMood('silent', [...known.slice(0, 2), ...late]);
    for (let rounds = 0; rounds <= TRIES; rounds += 1) {
      if (rounds === 0) await run(batchOf(), [...late, ...fresh]);
      else await expect(run(batchOf(), late)).rejects.toThrow(StorageLate);
      expect(await waiting()).toEqual(late.map((id) => ({ id, attempts: 0, leased: false, soon: true })));
    }
    expect(await letters()).toEqual([]);
  });
});
