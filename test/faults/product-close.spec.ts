import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';
import { createTestDatabase } from '../support/postgres.js';
import { Product } from '../support/product.js';
import { describeQueues, type TestQueue } from '../support/queues.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const IN_HAND = 'pending_final WHERE lease_token IS NOT NULL';

describeQueues('a batch service whose connections carry nothing', (openQueue) => {
  let queue: TestQueue;
  let proxies: TcpProxy[];
  let product: Product;
  let through: Record<string, string>;
  let jpeg: Uint8Array;

  beforeAll(async () => {
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    queue = await openQueue();
    const database = await createTestDatabase();
    // they go as one batch, however slowly they come: only so many batches are in hand at once
    const batching = { HEAVY_BATCH_SIZE: '3', HEAVY_BATCH_WINDOW_MS: '15000' };
    const settings = { BATCH_GRACE_MS: '2000', HEAVY_LEASE_MS: '2000', ...batching };
    product = await Product.open({ redisUrl: queue.redisUrl, database, settings });
    const [toDatabase, toQueue] = [await TcpProxy.before(database.url), queue.redisUrl];
    proxies = [toDatabase];
    through = { DATABASE_URL: toDatabase.through(database.url) };
    if (toQueue !== undefined) {
      const proxy = await TcpProxy.before(toQueue);
      proxies.push(proxy);
      through = { ...through, REDIS_URL: proxy.through(toQueue) };
    }
    await product.upload.start();
  });

  afterAll(async () => {
    await product.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await queue.stop();
  });

  const swallow = (): void => {
    for (const proxy of proxies) proxy.swallow();
  };
  const heal = async (): Promise<void> => {
    for (const proxy of proxies) await proxy.pass();
  };

  it('ends well when it is told to, with work in hand, and others have its work', async () => {
    const batch = product.batch(through);
    await batch.start();
    const classifier = await batch.classifier();
    process.kill(classifier, 'SIGSTOP');
    for (let n = 0; n < 3; n += 1) await product.client.submit(jpeg);
    await eventually('all are in its hands', async () => (await product.count(IN_HAND)) === 3);
    swallow();
    expect(await batch.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await eventually('its classifier process is gone', () => !isRunning(classifier));
    await heal();
    await product.batch().start();
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [] });
  });

  it('ends well with nothing in hand, also when they are back', async () => {
    const batch = product.batch(through);
    await batch.start();
    swallow();
    await eventually('it has noticed', async () => (await batch.health()) === 503);
    await heal();
    await batch.ready();
    expect(await batch.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
