import 'reflect-metadata';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { assetName } from '#storage/asset-name.js';
import type { S3Bucket } from '#storage/s3-bucket.js';
import { listObjects } from '#storage/s3-listing.js';
import { BucketServer } from '../support/bucket-server.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

const PREFIX = 'assets/';
const LONG_AGO_S = Date.now() / 1_000 - 2 * 3_600;

let server: BucketServer;
let bucket: S3Bucket;
let product: Product;
let batch: TestService;
let jpegs: Uint8Array[];

beforeAll(async () => {
  server = await BucketServer.open();
  bucket = server.bucket();
  product = await Product.open({ settings: { ...server.settings, S3_PREFIX: PREFIX } });
  batch = product.batch();
  jpegs = await Promise.all(
    Array.from({ length: 6 }, async (_, n) => (await drawSample(n, { width: 96, height: 64 })).bytes),
  );
  await Promise.all([product.upload.start(), batch.start()]);
});

afterAll(async () => {
  await product.close();
  bucket.close();
  await server.remove();
});

async function stored(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of listObjects(bucket, { prefix: PREFIX })) ids.push(key.slice(-36));
  return ids;
}

/** Local files of assets, in use or left behind. */
async function local(): Promise<string[]> {
  const entries = await readdir(product.home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  return files.filter((file) => /\/(assets|spool)\//.test(file));
}

const orphans = async (): Promise<string[]> => {
  const rows = await product.rows<{ id: string }>('SELECT id FROM asset');
  const known = new Set(rows.map(({ id }) => id));
  return (await stored()).filter((id) => !known.has(id));
};

const uploadAll = () => Promise.all(jpegs.map((jpeg) => product.client.upload(jpeg)));

describe('the product with its bytes in a bucket', () => {
  it('does not start without the bucket', async () => {
    const lost = product.another('upload', { S3_BUCKET: 'no-such-bucket' });
    expect(await lost.refused()).toEqual({ code: 78, signal: null });
    await lost.writes(/no-such-bucket is not there: create it/);
  });

  it('decides, labels and verifies as with files, and leaves nothing on the disk', async () => {
    const answers = await uploadAll();
    expect(answers.map(({ status }) => status)).toEqual(jpegs.map(() => 201));
    expect(await stored()).toHaveLength(jpegs.length);
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: jpegs.length });
    await eventually('the spools are empty', async () => (await local()).length === 0);
  });

  it('accepts nothing while the bucket is dead, says so, loses nothing, and goes on when it is back', async () => {
    await batch.stop(); // what was accepted before waits for its final
    const before = await uploadAll();
    expect(before.map(({ status }) => status)).toEqual(jpegs.map(() => 201));
    const load = uploadAll();
    await server.kill();
    const refused = (await Promise.all([load, uploadAll()])).flat().filter(({ status }) => status !== 201);
    expect(refused.length).toBeGreaterThanOrEqual(jpegs.length);
    for (const { status, headers } of refused) {
      expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true]);
    }
    await eventually('the upload service is not ready', async () => (await product.upload.health()) === 503);
    const pending = await product.count('pending_final');
    await batch.launch();
    await eventually('the batch service is not ready', async () => (await batch.health()) === 503);
    await batch.writes(/the bucket does not answer/);
    expect(await product.count('dead_letter')).toBe(0);
    expect(await product.count('pending_final')).toBe(pending);

    await server.start();
    await product.upload.ready();
    await product.client.submit(jpegs[0] ?? new Uint8Array());
    await product.settled();
    expect(await product.count('dead_letter')).toBe(0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [] });
    await eventually('the spools are empty', async () => (await local()).length === 0);
  });

  it('erases an asset with its object, also while the bucket is dead', async () => {
    const erase = async (id: string): Promise<number> => {
      const headers = { authorization: `Bearer ${product.client.secret}` };
      return (await fetch(`${product.upload.url}/v1/assets/${id}`, { method: 'DELETE', headers })).status;
    };
    const jpeg = jpegs[0] ?? new Uint8Array();
    const [first, second] = [await product.client.submit(jpeg), await product.client.submit(jpeg)];
    expect(await erase(first)).toBe(204);
    expect(await stored()).not.toContain(first);
    await server.kill();
    expect(await erase(second)).toBe(204);
    await server.start();
    await eventually('its object is gone, too', async () => !(await stored()).includes(second), 20_000);
    await product.upload.ready();
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], erased: 2 });
  });

  it('collects an object whose upload was killed between put and commit', async () => {
    const young = (await orphans()).length;
    const doomed = await product.upload.classifier();
    process.kill(doomed, 'SIGSTOP');
    const seen = product.client.upload(jpegs[0] ?? new Uint8Array()).catch(() => undefined);
    await eventually('the object is there', async () => (await orphans()).length > young);
    await product.upload.end('SIGKILL');
    process.kill(doomed, 'SIGKILL'); // frozen, it would not see that its service is gone
    expect(await seen).toBeUndefined();
    expect(await local()).toHaveLength(1);

    await product.upload.start();
    expect(await local()).toEqual([]);
    for (const id of await stored()) await server.age(PREFIX + assetName(id), LONG_AGO_S);
    expect((await product.verify()).faultCount).toBe(young + 1);
    await batch.stop();
    await batch.start();
    await eventually('it is collected', async () => (await orphans()).length === 0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: await product.count('asset') });
  });
});
