import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from 'uuidv7';
import type { ArchiveSlice } from '#persistence/bulk-item.js';
import { StorageLate } from '#storage/errors.js';
import type { S3Bucket } from '#storage/s3-bucket.js';
import { S3AssetBytes } from '#storage/s3-asset-bytes.js';
import { Spool } from '#storage/spool.js';
import { ArchiveFiles } from '../../apps/upload/batches/archive-files.js';
import { Archives } from '../../apps/upload/batches/archives.js';
import { SharedArchives } from '../../apps/upload/batches/shared-archives.js';
import { tidyBulk } from '../../apps/upload/batches/tidy-bulk.js';
import { BucketServer } from '../support/bucket-server.js';
import { zipOf } from '../support/zip.js';

const PREFIX = 'mine/';
const LIMITS = { bytesMax: 1_000_000, itemsMax: 10 };
const [RANDOM, WORDS] = [randomBytes(200_000), Buffer.from('again and '.repeat(10_000))];

let server: BucketServer;
let bucket: S3Bucket;
let home: string;
/** Two machines: each has a disk of its own. */
let here: Archives;
let there: Archives;

beforeAll(async () => {
  server = await BucketServer.open();
  bucket = server.bucket();
  home = await mkdtemp(path.join(os.tmpdir(), 'shared-archives-'));
  const machine = (name: string): Archives =>
    new Archives(new ArchiveFiles(path.join(home, name)), new SharedArchives(bucket, PREFIX, 10_000));
  [here, there] = [machine('here'), machine('there')];
});
afterAll(async () => {
  bucket.close();
  await server.remove();
  await rm(home, { recursive: true, force: true });
});

/** An archive that has arrived here and waits. */
async function keep(): Promise<{ id: string; images: readonly ArchiveSlice[] }> {
  const id = uuidv7();
  const zip = zipOf([
    { name: 'random', content: RANDOM },
    { name: 'words', content: WORDS, deflate: true },
    { name: 'nothing', content: Buffer.alloc(0) },
  ]);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(zip);
  }
  const { packed } = await here.files.receive(id, 'zip', body(), LIMITS);
  await here.keep(id);
  return { id, images: packed.images };
}

async function bytesOf(by: Archives, submissionId: string, slice: ArchiveSlice | undefined): Promise<Buffer> {
  if (slice === undefined) throw new Error('there are three');
  const chunks: Uint8Array[] = [];
  for await (const chunk of by.read({ submissionId, shared: true }, slice)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('an archive in the bucket', () => {
  it('is read on every machine, and lies on none', async () => {
    const { id, images } = await keep();
    expect([await readdir(path.join(home, 'here')), await here.ids(), here.areShared]).toEqual([[], [], true]);
    for (const by of [here, there]) {
      expect((await bytesOf(by, id, images[0])).equals(RANDOM)).toBe(true);
      expect((await bytesOf(by, id, images[1])).equals(WORDS)).toBe(true);
      expect(await bytesOf(by, id, images[2])).toEqual(Buffer.alloc(0));
    }
    await there.remove(id);
    await expect(bytesOf(here, id, images[0])).rejects.toThrow('not in the bucket any more');
  });

  it('is no stray among the assets beside it', async () => {
    const { id } = await keep();
    const assets = new S3AssetBytes(bucket, PREFIX, await Spool.open(path.join(home, 'spool'), 1_000_000));
    const strays: string[] = [];
    for await (const name of assets.strays()) strays.push(name);
    expect(strays).toEqual([]);
    expect((await there.list()).map((one) => one.id)).toEqual([id]);
    await here.remove(id);
  });

  it('is tidied up when nobody works on it and it is old by the bucket’s clock', async () => {
    const [running, ended, arriving] = [await keep(), await keep(), await keep()];
    for (const { id } of [running, ended]) await server.age(`${PREFIX}bulk/${id}`, Date.now() / 1_000 - 3_600);
    await tidyBulk({
      store: {
        stillRunning: (ids) => Promise.resolve(ids.filter((id) => id === running.id)),
        forget: () => Promise.resolve(0),
      },
      archives: there,
      ...{ arrivingMs: 60_000, keptMs: 1, nowMs: Date.now },
    });
    expect((await here.list()).map(({ id }) => id).sort()).toEqual([running.id, arriving.id].sort());
    for (const { id } of [running, arriving]) await here.remove(id);
  });

  it('is late while the bucket is away, and is there when it is back', async () => {
    const { id, images } = await keep();
    await server.kill();
    await expect(bytesOf(there, id, images[0])).rejects.toBeInstanceOf(StorageLate);
    await server.start();
    expect((await bytesOf(there, id, images[0])).equals(RANDOM)).toBe(true);
  });
});
