import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { BulkAnswer } from '#contracts/bulk-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { BucketServer } from '../support/bucket-server.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { zipOf } from '../support/zip.js';

const IMAGES = 12;

let server: BucketServer;
let product: Product;
/** Of another machine: nothing is shared but the database, the queue and the bucket. */
let elsewhere: string;

beforeAll(async () => {
  server = await BucketServer.open();
  elsewhere = await mkdtemp(path.join(os.tmpdir(), 'portcullis-elsewhere-'));
  product = await Product.open({ settings: server.settings });
  await Promise.all([product.upload.start(), product.batch().start()]);
});
afterAll(async () => {
  await product.close();
  await server.remove();
  await rm(elsewhere, { recursive: true, force: true });
});

it('an archive whose machine is lost with its disk is worked off by another', async () => {
  const drawn = Array.from({ length: IMAGES }, (_, n) => drawSample(n, { width: 96, height: 64 }));
  const zip = zipOf(
    (await Promise.all(drawn)).map(({ bytes }, n) => ({ name: `${n}.jpg`, content: Buffer.from(bytes) })),
  );
  const { status, body } = await product.client.ask<BulkAnswer>('/v1/batches', {
    method: 'POST',
    headers: { 'content-type': 'application/zip' },
    body: zip,
  });
  expect([status, body.total]).toEqual([202, IMAGES]);
  await product.upload.end('SIGKILL');
  await rm(path.join(product.home, 'bulk'), { recursive: true, force: true });
  const other = product.another('upload', { PORTCULLIS_HOME: elsewhere });
  await other.start();
  const ended = await eventually(
    'the batch has ended',
    async () => {
      const answer = await product.client.at(other.url).get<BulkAnswer>(`/v1/batches/${body.id}`);
      return answer.body.state === 'running' ? undefined : answer.body;
    },
    30_000,
  );
  expect(ended.counts).toEqual({ total: IMAGES, waiting: 0, accepted: IMAGES, failed: 0, cancelled: 0 });
  await product.settled();
  expect(await product.count('asset')).toBe(IMAGES);
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: IMAGES });
});
