import 'reflect-metadata';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import { MortalRedis } from '../support/mortal-redis.js';
import { Product } from '../support/product.js';
import { describeRedis } from '../support/queues.js';
import type { TestService } from '../support/test-service.js';

/** Batches of two, four in hand: of ten that wait, most are still in the queue. */
const SETTINGS = { HEAVY_BATCH_SIZE: '2' };
const WAITING = 10;

let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
});

const submit = (product: Product, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => product.client.submit(jpeg)));

async function expectAllSettled(product: Product): Promise<void> {
  await product.settled();
  const assets = await product.count('asset');
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets });
  expect(await product.count('dead_letter')).toBe(0);
}

describeProduct('a queue that loses everything', { settings: SETTINGS }, (given) => {
  let product: Product;
  let batch: TestService;

  beforeAll(async () => {
    ({ product } = given);
    batch = product.batch();
    await Promise.all([product.upload.start(), batch.start()]);
  });

  const wipe = (): Promise<void> => given.queue.wipe((statement) => product.rows(statement));

  it('while assets wait in it costs no label', async () => {
    const classifier = await batch.classifier();
    process.kill(classifier, 'SIGSTOP');
    await submit(product, WAITING);
    await eventually('all bells are rung', async () => (await product.count('outbox')) === 0);
    await eventually('some are in hand', async () => (await product.count('pending_final WHERE attempts > 0')) > 0);
    await wipe();
    process.kill(classifier, 'SIGCONT');
    await expectAllSettled(product);
  });

  it('while nothing waits costs nothing: what comes next is labelled', async () => {
    await wipe();
    await submit(product, 2);
    await expectAllSettled(product);
  });

  it('while nobody hears costs no label', async () => {
    await batch.stop();
    await submit(product, 2);
    await wipe();
    await batch.start();
    await expectAllSettled(product);
  });
});

describeRedis('a Redis that is killed', () => {
  let redis: MortalRedis;
  let product: Product;
  let batch: TestService;

  beforeEach(async () => {
    redis = await MortalRedis.open();
    product = await Product.open({ redisUrl: redis.url, settings: SETTINGS });
    batch = product.batch();
    await product.upload.start();
  });

  afterEach(async () => {
    await product.close();
    await redis.remove();
  });

  it('takes no upload with it, and no label: all are there when it is back', async () => {
    await redis.start();
    await batch.start();
    const classifier = await batch.classifier();
    process.kill(classifier, 'SIGSTOP');
    await submit(product, WAITING);
    await eventually('some are in hand', async () => (await product.count('pending_final WHERE attempts > 0')) > 0);
    await redis.kill();
    process.kill(classifier, 'SIGCONT');
    await submit(product, 4);
    await eventually('the service says so', async () => (await batch.health()) === 503);
    await redis.start();
    await expectAllSettled(product);
    await batch.ready();
  });

  it('before the batch service starts keeps nobody from uploading, and is waited for', async () => {
    await submit(product, 2);
    await batch.launch();
    await eventually('it is not ready', async () => (await batch.health()) === 503);
    await redis.start();
    await expectAllSettled(product);
    await batch.ready();
  });
});
