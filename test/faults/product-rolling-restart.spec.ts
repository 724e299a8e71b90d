import 'reflect-metadata';
import { expect, it, jest } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import { SteadyLoad } from '../support/steady-load.js';

jest.setTimeout(180_000);

/** What a new release brings: another heavy model, and tables that the old one does not know. */
const NEW_RELEASE = { HEAVY_MODEL: 'mobilenet_v2/1.1.0' };
/** By the decisions: scores of a model that the fast tier runs too are kept once. */
const LABELLED = `decision WHERE stage = 'final'`;
const NEW_TABLES = [
  `ALTER TABLE asset ADD COLUMN of_later text`,
  `INSERT INTO migrations (timestamp, name) VALUES (9990000000000, 'Later9990000000000')`,
];

/** The long form: `PORTCULLIS_LONG=1`. */
const LONG = process.env['PORTCULLIS_LONG'] === '1';

describeProduct('services that are restarted one after the other under load', {}, (given) => {
  it('end well, refuse nothing but for a moment, and lose nothing between two releases', async () => {
    const { product, queue } = given;
    const jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    // upload services know no queue: they are restarted where it is in PostgreSQL, and nothing of them differs elsewhere
    const restartsAll = LONG || queue.redisUrl === undefined;
    const uploads = restartsAll ? [product.upload, product.another('upload')] : [product.upload];
    const batches = [product.batch(), product.batch()];
    for (const service of [...uploads, ...batches]) await service.start();
    const loads = uploads.map(
      ({ url }, index) => new SteadyLoad(product.client.at(url), jpeg, { clients: 1, keyPrefix: `load ${index}` }),
    );
    const goOn = async (): Promise<void> => {
      const before = loads.map((load) => load.count(201));
      const all = (): boolean => loads.every((load, index) => load.count(201) > (before[index] ?? 0) + 2);
      await eventually('all upload services accept', all);
    };
    await goOn();
    await eventually('the old release has labelled', async () => (await product.count(LABELLED)) > 0);
    for (const statement of NEW_TABLES) await product.rows(statement);
    for (const service of [...batches, ...(restartsAll ? uploads : [])]) {
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
    expect(await product.count(LABELLED)).toBe(keys.length);
    expect(await product.count(`(SELECT DISTINCT model_id FROM ${LABELLED}) AS m`)).toBe(2);
    expect(await product.count('dead_letter')).toBe(0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: keys.length });
  });
});
