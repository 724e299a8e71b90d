import 'reflect-metadata';
import { beforeAll, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import type { TrafficClass } from '#moderation/words.js';
import { HeavyBell, openHeavyQueue } from '#queue/heavy-bell.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';

describeProduct('the batch service', { settings: { HEAVY_BATCH_SIZE: '2' } }, (given) => {
  let product: Product;
  let jpeg: Uint8Array;

  beforeAll(async () => {
    ({ product } = given);
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    await product.upload.start();
  });

  const submit = (count: number, trafficClass: TrafficClass): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, () => product.client.submit(jpeg, { fields: { class: trafficClass } })));

  it('labels what is urgent before what is not, whatever came first', async () => {
    await submit(6, 'bulk');
    await submit(6, 'urgent');
    await product.batch().start();
    await product.settled();
    const finals = await product.rows<{ class: string }>(
      `SELECT a.traffic_class AS class FROM decision d JOIN asset a ON a.id = d.asset_id
       WHERE d.stage = 'final' ORDER BY d.decided_at, d.asset_id`,
    );
    const order = finals.map((row) => row.class);
    // two batches of two are in hand at once: the last urgent ones and the first bulk ones may end together
    expect(order.slice(0, 4)).toEqual(Array(4).fill('urgent'));
    expect(order.slice(-4)).toEqual(Array(4).fill('bulk'));
  });

  it('gives every asset its final, once, however often the bell is rung', async () => {
    const place = { databaseUrl: product.databaseUrl, redisUrl: given.queue.redisUrl };
    const producer = openHeavyQueue(place);
    const bell = new HeavyBell(producer, place);
    const ids = await submit(10, 'normal');
    const ring = (): Promise<unknown> => Promise.all(Array.from({ length: 10 }, () => bell.wake()));
    await ring();
    await product.settled();
    await ring();
    await eventually('nothing is left to hear', async () => (await bell.waiting()) === 0);
    await producer.close();
    expect(await product.count(`decision WHERE stage = 'final' AND asset_id = ANY ($1)`, [ids])).toBe(10);
    expect(await product.count(`reconciliation`)).toBe(await product.count('asset'));
    expect(await product.count('dead_letter')).toBe(0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });
});
