import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AssetFiles } from '#storage/asset-files.js';
import { StorageLate } from '#storage/errors.js';
import type { LabelBatch } from '../../apps/batch/heavy/label-batch.js';
import { ConsoleScene } from './console-scene.js';
import { labelBatch, labelLeased, MODEL, SCORED } from './heavy-scene.js';

const TRIES = 3;

let scene: ConsoleScene;
let home: string;
let files: AssetFiles;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());
beforeEach(async () => {
  await scene.empty('asset, review, outbox');
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-folder-'));
  files = new AssetFiles(path.join(home, 'assets'));
});
afterEach(async () => {
  await files.close();
  await rm(home, { recursive: true, force: true });
});

async function* stream(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('bytes'));
}

/** Assets whose bytes are in the folder. */
async function stored(count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const id = await scene.upload({});
    await (
      await files.write(id, stream(), 100)
    ).settled;
    ids.push(id);
  }
  return ids;
}

/** A heavy tier that can score whatever it is given. */
const batchOf = (): LabelBatch =>
  labelBatch(scene, {
    classifier: {
      model: MODEL,
      classify: (items) => Promise.resolve({ outcomes: items.map(() => SCORED), queueMs: 0 }),
    },
    bytes: files,
    attemptsMax: TRIES,
  });
const run = (assetIds: readonly string[]): Promise<void> => labelLeased(scene, batchOf(), assetIds);

/** What has no final. `soon`: to be had within seconds, as what was no try. */
const waiting = (): Promise<unknown[]> =>
  scene.rows(
    `SELECT asset_id AS id, attempts, lease_token IS NOT NULL AS leased, lease_expires_at < now() + interval '6 seconds' AS soon
     FROM pending_final ORDER BY asset_id`,
  );
const letters = (): Promise<unknown[]> =>
  scene.rows('SELECT asset_id AS id, reason, attempts, detail FROM dead_letter ORDER BY asset_id');

describe('a folder of which no file can be read', () => {
  const here = (): string => path.join(home, 'assets');
  const away = (): string => path.join(home, 'away');

  it.each<[string, () => Promise<void>]>([
    ['since it is not there', () => Promise.resolve()],
    ['since there is an empty one in its place', () => mkdir(here())],
    ['since a file is in its place', () => writeFile(here(), 'no folder')],
  ])('%s, costs no asset a try, and all are labelled when it is there again', async (_how, instead) => {
    const [known = '', ...late] = await stored(5);
    await run([known]);
    await rename(here(), away());
    await instead();
    for (let outages = 0; outages <= TRIES; outages += 1) {
      await expect(run(late)).rejects.toThrow(StorageLate);
      expect(await waiting()).toEqual(late.map((id) => ({ id, attempts: 0, leased: false, soon: true })));
    }
    await rm(here(), { recursive: true, force: true });
    await rename(away(), here());
    await run(late);
    expect([await waiting(), await letters()]).toEqual([[], []]);
  });

  it('nor one of those in a part of it that fails, while others are given', async () => {
    const ids = await stored(6);
    const [known, late] = [ids.slice(0, 3), ids.slice(3)];
    await run(known);
    // two of those that were read before are in the part that fails
    for (const id of [...known.slice(1), ...late]) {
      await rename(files.path(id), `${files.path(id)}.away`);
      await mkdir(files.path(id));
    }
    for (let rounds = 0; rounds <= TRIES; rounds += 1) {
      await expect(run(late)).rejects.toThrow(StorageLate);
      expect(await waiting()).toEqual(late.map((id) => ({ id, attempts: 0, leased: false, soon: true })));
    }
    expect(await letters()).toEqual([]);
  });
});

it('one file that cannot be read, while others can, costs its asset tries that are far apart, and ends with a human', async () => {
  const [broken = '', ...others] = await stored(3);
  await rm(files.path(broken));
  await mkdir(files.path(broken));
  await run([broken, ...others]);
  for (let tries = 1; tries < TRIES; tries += 1) {
    expect(await waiting()).toEqual([{ id: broken, attempts: tries, leased: false, soon: false }]);
    await run([broken]);
  }
  expect(await waiting()).toEqual([]);
  const detail = 'its stored bytes did not come, while those of others did';
  expect(await letters()).toEqual([{ id: broken, reason: 'unreadable', attempts: TRIES, detail }]);
});
