import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { SteadyLoad } from '../support/steady-load.js';

jest.setTimeout(180_000);

/** What a new release brings: another heavy model, and tables that the old one does not know. */
const NEW_RELEASE = { HEAVY_MODEL: 'mobilenet_v2/1.1.0' };
const LABELLED = `classification WHERE tier = 'heavy'`;
const NEW_TABLES = [
  `ALTER TABLE asset ADD COLUMN of_later text`,
  `INSERT INTO migrations (timestamp, name) VALUES (9990000000000, 'Later9990000000000')`,
];

describe('services that are restarted one after the other under load', () => {
  let product: Product;
  let jpeg: Uint8Array;
  beforeAll(async () => {
    product = await Product.open();
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  });
  afterAll(() => product.close());

  it('end well, refuse nothing but for a moment, and lose nothing between two releases', async () => {
    const uploads = [product.upload, product.another('upload')];
    const batches = [product.batch(), product.batch()];
    for (const service of [...uploads, ...batches]) await service.start();
    const loads = uploads.map(
      ({ url }, index) => new SteadyLoad(product.client.at(url), jpeg, { clients: 1, keyPrefix: `load ${index}` }),
    );
    const goOn = async (): Promise<void> => {
      const before = loads.map((load) => load.count(201));
      const all = (): boolean => loads.every((load, index) => load.count(201) > (before[index] ?? 0) + 2);
      await eventually('both upload services accept', all);
    };
    await goOn();
    await eventually('the old release has labelled', async () => (await product.count(LABELLED)) > 0);
    for (const statement of NEW_TABLES) await product.rows(statement);
    for (const service of [...batches, ...uploads]) {
      expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
      await service.start(NEW_RELEASE);
      await service.says('the database is newer than this service');
      await goOn();
    }
    await Promise.all(loads.map((load) => load.stop()));

    // a connection that nobody takes is tried again, as what is late is; nothing else was told
    const told = loads.flatMap((load) => load.told.map(({ answer }) => answer.status));
    expect(told.filter((status) => status !== 201 && status !== 503)).toEqual([]);
    const keys = loads.flatMap((load) => load.keys);
    for (const key of keys) await product.client.submit(jpeg, { key });
    await product.settled();
    expect(await product.count('asset')).toBe(keys.length);
    expect(await product.count(`decision WHERE stage = 'final'`)).toBe(keys.length);
    expect(await product.count(`(SELECT DISTINCT model_id FROM classification WHERE tier = 'heavy') AS m`)).toBe(2);
    expect(await product.count('dead_letter')).toBe(0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: keys.length });
  });
});
