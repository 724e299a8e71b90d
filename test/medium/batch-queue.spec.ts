import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import type { TrafficClass } from '#moderation/words.js';
import { HeavyBell, openHeavyQueue } from '#queue/heavy-bell.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';

describeProduct('the batch service', { settings: { HEAVY_BATCH_SIZE: '2' } }, (given) => {
  let product: Product;
  let bell: HeavyBell;
  let closeBell: () => Promise<void>;
  let jpeg: Uint8Array;

  beforeAll(async () => {
    ({ product } = given);
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    const place = { databaseUrl: product.databaseUrl, redisUrl: given.queue.redisUrl };
    const producer = openHeavyQueue(place);
    bell = new HeavyBell(producer, place);
    closeBell = () => producer.close();
    await product.upload.start();
  });

  afterAll(() => closeBell());

  const submit = (count: number, trafficClass: TrafficClass): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, () => product.client.submit(jpeg, { fields: { class: trafficClass } })));

  it('labels what is urgent before what is not, whatever came first', async () => {
    const bulk = await submit(6, 'bulk');
    const urgent = await submit(6, 'urgent');
    await bell.ring(bulk.map((assetId) => ({ assetId, trafficClass: 'bulk' })));
    await bell.ring(urgent.map((assetId) => ({ assetId, trafficClass: 'urgent' })));
    expect(await bell.holding()).toEqual({ all: 12, waiting: 12 });
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

  it('gives every asset its final, once, however often its bell is rung', async () => {
    const ids = await submit(10, 'normal');
    const rings = ids.map((assetId) => ({ assetId, trafficClass: 'normal' as const }));
    const ring = (): Promise<unknown> => Promise.all(Array.from({ length: 10 }, () => bell.ring(rings)));
    await ring();
    await product.settled();
    await ring();
    const idle = async (): Promise<boolean> => (await bell.holding()).all === 0;
    await eventually('nothing is left to hear', idle);
    expect(await product.count(`decision WHERE stage = 'final' AND asset_id = ANY ($1)`, [ids])).toBe(10);
    expect(await product.count(`reconciliation`)).toBe(await product.count('asset'));
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });

  it('hears of unknown assets and of settled ones without harm', async () => {
    await bell.ring([{ assetId: '01890a5d-ac96-774b-bcce-b302099a80a1', trafficClass: 'normal' }]);
    const [id] = await submit(1, 'normal');
    await product.settled();
    await eventually('nothing is left to hear', async () => (await bell.holding()).all === 0);
    expect(await product.count(`decision WHERE asset_id = $1`, [id])).toBe(2);
    expect(await product.count('dead_letter')).toBe(0);
  });
});
