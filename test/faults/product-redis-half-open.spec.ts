import 'reflect-metadata';
import { afterAll, beforeAll, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { expectRecovered } from '../support/expect-recovered.js';
import { Product } from '../support/product.js';
import { describeRedis } from '../support/queues.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import type { TestService } from '../support/test-service.js';

describeRedis('a Redis behind half-open connections', () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let product: Product;
  let batch: TestService;
  let jpeg: Uint8Array;

  beforeAll(async () => {
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    const found = await redisForTests();
    if ('skipped' in found) throw new Error(found.skipped);
    redis = found;
    proxy = await TcpProxy.before(redis.url);
    product = await Product.open({ redisUrl: proxy.through(redis.url) });
    batch = product.batch();
    await Promise.all([product.upload.start(), batch.start()]);
  });

  afterAll(async () => {
    await product.close();
    await proxy.close();
    await redis.stop();
  });

  it('costs no upload, and no label: the batch service hears again by itself', async () => {
    const pids = [product.upload.pid, batch.pid];
    for (let n = 0; n < 4; n += 1) await product.client.submit(jpeg);
    proxy.swallow();
    for (let n = 0; n < 6; n += 1) await product.client.submit(jpeg);
    await eventually('the service says so', async () => (await batch.health()) === 503);
    await proxy.pass();
    await expectRecovered({ product, batch, jpeg }, pids);
  });

  it('that is slow costs time', async () => {
    const pids = [product.upload.pid, batch.pid];
    proxy.delay(200);
    for (let n = 0; n < 6; n += 1) await product.client.submit(jpeg);
    await product.settled();
    await proxy.pass();
    await expectRecovered({ product, batch, jpeg }, pids);
  });
});
