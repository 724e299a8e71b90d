import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { drawSample } from '#imaging/draw-samples.js';
import { NO_FIGURES } from '#moderation/sources/source.js';
import { s3Client } from '#storage/s3-client.js';
import type { IngestReport } from '../../apps/cli/ingest/ingest-report.js';
import { BucketServer } from '../support/bucket-server.js';
import { Product } from '../support/product.js';
import { askCli, runCli } from '../support/run-cli.js';

let product: Product;
let server: BucketServer;
let client: S3Client;
let home: string;
beforeAll(async () => {
  [product, server] = await Promise.all([Product.open(), BucketServer.open()]);
  client = s3Client(server.place);
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-ingest-'));
  await writeFile(path.join(home, 'client-key'), product.client.secret);
  await product.upload.start();
});
afterAll(async () => {
  client.destroy();
  await product.close();
  await server.remove();
  await rm(home, { recursive: true, force: true });
});

const location = (prefix: string): string => `s3://${server.place.bucket}/${prefix}`;

function environment(): Record<string, string> {
  const { endpoint = '', accessKeyId = '', secretAccessKey = '' } = server.place;
  return {
    DATABASE_URL: product.databaseUrl,
    PORTCULLIS_HOME: home,
    SOURCE_S3_ENDPOINT: endpoint,
    SOURCE_S3_ACCESS_KEY_ID: accessKeyId,
    SOURCE_S3_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

const run = async (prefix: string, ...args: string[]): Promise<IngestReport['run']> =>
  (await askCli<IngestReport>(['ingest', location(prefix), '--url', product.upload.url, ...args], environment())).run;

async function put(key: string, index: number): Promise<void> {
  const { bytes } = await drawSample(index, { width: 96, height: 64 });
  await client.send(new PutObjectCommand({ Bucket: server.place.bucket, Key: key, Body: bytes }));
}

describe('portcullis ingest of an S3 prefix', () => {
  it('uploads its objects once, then only what is new or was put anew', async () => {
    const keys = ['in/a.jpg', 'in/deep/b+c d.jpg', 'in/\u{1F408} ü.png'];
    for (const [index, key] of keys.entries()) await put(key, index);
    await put('inside.jpg', 3);
    await put('out/x.jpg', 4);
    await client.send(new PutObjectCommand({ Bucket: server.place.bucket, Key: 'in/empty-folder/', Body: '' }));
    await client.send(new PutObjectCommand({ Bucket: server.place.bucket, Key: 'in/notes.txt', Body: 'no image' }));
    expect(await run('in/')).toMatchObject({ listed: 4, new: 4, refused: { 'unsupported-media': 1 }, failed: {} });
    const rows = await product.rows<{ id: string }>(`SELECT external_id AS id FROM asset ORDER BY id`);
    expect(rows.map(({ id }) => id).sort()).toEqual([...keys].sort());

    expect(await run('in/')).toMatchObject({ new: 0, changed: 0, unchanged: 4 });
    await put('in/a.jpg', 5);
    expect(await run('in/')).toMatchObject({ new: 0, changed: 1, unchanged: 3 });
    expect(await product.count('asset')).toBe(4);
    expect((await product.verify({ settled: false })).faults).toEqual([]);
  });

  it('goes on behind its cursor', async () => {
    const figures = JSON.stringify(NO_FIGURES);
    await product.rows(`UPDATE source SET ended_at = NULL, cursor = 'in/deep/', figures = $1`, [figures]);
    await put('in/aa.jpg', 6);
    expect(await run('in/')).toMatchObject({ isDone: true, new: 0, unchanged: 3 });
    expect(await run('in/')).toMatchObject({ new: 1, unchanged: 4 });
  });

  it.each<[string, string, number, string]>([
    ['a bucket that is not there', 's3://nowhere-at-all/x', 78, 'nowhere-at-all is not there'],
    ['an address that is none', 's3://', 78, 'must be like s3://bucket/prefix'],
  ])('says what is wrong with %s', async (_what, place, code, words) => {
    const ended = await runCli(['ingest', place, '--url', product.upload.url], environment());
    expect(ended.error).toContain(words);
    expect(ended.code).toBe(code);
  });
});
