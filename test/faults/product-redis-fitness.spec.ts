import 'reflect-metadata';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { drawSample } from '#imaging/draw-samples.js';
import { askRedis, refuseUnfit } from '#queue/redis-fitness.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { describeRedis } from '../support/queues.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

describeRedis('a Redis', () => {
  let redis: TestRedis;
  let admin: Redis;

  beforeEach(async () => {
    const found = await redisForTests();
    if ('skipped' in found) throw new Error(found.skipped);
    redis = found;
    admin = new Redis(redis.url);
  });

  afterEach(async () => {
    admin.disconnect();
    await redis.stop();
  });

  it('tells what it is set to', async () => {
    await admin.config('SET', 'maxmemory', '64mb');
    const facts = await askRedis(redis.url);
    expect(facts).toEqual({ policy: 'noeviction', usedBytes: expect.any(Number), maxBytes: 64 * 1_048_576 });
    expect(facts.usedBytes).toBeGreaterThan(0);
    expect(await refuseUnfit(redis.url)).toBeUndefined();
    await admin.config('SET', 'maxmemory', '1mb', 'maxmemory-policy', 'volatile-lru');
    await expect(refuseUnfit(redis.url)).rejects.toThrow('set maxmemory-policy to noeviction');
  });

  it('that tells it nobody is warned of', async () => {
    await admin.acl('SETUSER', 'queue', 'on', 'nopass', '~*', '&*', '+@all', '-info', '-config');
    const url = new URL(redis.url);
    [url.username, url.password] = ['queue', 'any'];
    expect(await askRedis(url.href)).toEqual({});
    expect(await refuseUnfit(url.href)).toMatch(/does not tell its maxmemory-policy/);
  });

  describe('under the product', () => {
    let product: Product;
    let jpeg: Uint8Array;

    beforeAll(async () => {
      jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    });

    beforeEach(async () => {
      product = await Product.open({ redisUrl: redis.url });
    });

    afterEach(() => product.close());

    it('that evicts is refused at start, with what to set', async () => {
      await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const batch = product.batch();
      expect(await batch.refused()).toEqual({ code: 78, signal: null });
      await batch.writes(/set maxmemory-policy to noeviction/);
    });

    it('that is full costs no upload and no label, is said, and is used again when it is not full any more', async () => {
      const batch = product.batch();
      await Promise.all([product.upload.start(), batch.start()]);
      for (let n = 0; n < 3; n += 1) await product.client.submit(jpeg);
      await product.settled();

      await admin.config('SET', 'maxmemory', '1mb');
      for (let n = 0; n < 6; n += 1) await product.client.submit(jpeg);
      await batch.says('Redis is not fit for the queue');
      await batch.isUnready();
      expect(await product.upload.health()).toBe(200);
      // workers look for themselves
      await product.settled();

      await admin.config('SET', 'maxmemory', '0');
      await batch.says('Redis is fit for the queue again');
      await eventually('it is ready', async () => (await batch.health()) === 200);
      expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: 9 });
      expect(await product.count('dead_letter')).toBe(0);
    });
  });
});
