import 'reflect-metadata';
import { beforeAll, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';
import { SteadyLoad } from '../support/steady-load.js';
import type { TestService } from '../support/test-service.js';

const WORKERS = 3;
/** Of so many that come quickly none takes all. */
const AT_ONCE = 12;
const ASSETS_MAX = 100;
const WRITTEN = 'portcullis_final_total';
/** Batches that went to the classifier processes. */
const BEGUN = 'portcullis_batch_dispatches_total';
const LEASED = 'pending_final WHERE lease_token IS NOT NULL';

describeProduct('three batch services with one load', { settings: { HEAVY_BATCH_SIZE: '2' } }, (given) => {
  let product: Product;
  let workers: TestService[];
  let jpeg: Uint8Array;
  let loads = 0;

  beforeAll(async () => {
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    ({ product } = given);
    workers = Array.from({ length: WORKERS }, () => product.batch());
    // one after the other: four at once are not ready in time on a machine that does other things too
    for (const service of [product.upload, ...workers]) await service.start();
  }, 180_000);

  const written = (): Promise<number[]> => Promise.all(workers.map((worker) => worker.metric(WRITTEN)));

  /** Uploads until something holds; fails when that takes too many. */
  async function submitUntil(what: string, holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      if ((await product.count('asset')) >= ASSETS_MAX) throw new Error(`not with ${ASSETS_MAX} assets: ${what}`);
      const keyPrefix = `load ${(loads += 1)}`;
      await new SteadyLoad(product.client, jpeg, { clients: 4, keysMax: AT_ONCE, keyPrefix }).ended;
      await eventually('all bells are rung', async () => (await product.count('outbox')) === 0);
    }
  }

  /** Every asset was labelled once. */
  async function expectEachOnce(): Promise<void> {
    const assets = await product.count('asset');
    expect(await product.count(`decision WHERE stage = 'final'`)).toBe(assets);
    expect(await product.count('reconciliation')).toBe(assets);
    expect(await product.count(`classification WHERE tier = 'heavy'`)).toBe(assets);
    expect(await product.count('dead_letter')).toBe(0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets });
  }

  it('share it, and label each asset once', async () => {
    await submitUntil('all have labelled', async () => (await written()).every((count) => count > 0));
    await product.settled();
    await eventually('every final is counted', async () => sum(await written()) === (await product.count('asset')));
    await expectEachOnce();
  });

  it('of which one is killed in the middle: the others do its work, and nothing twice', async () => {
    const [victim, ...others] = workers;
    if (victim === undefined) throw new Error('there is no worker');
    const before = sum(await written());
    const assets = await product.count('asset');
    const classifier = await victim.classifier();
    process.kill(classifier, 'SIGSTOP');
    const begun = await victim.metric(BEGUN);
    await submitUntil('it has a batch in hand', async () => (await victim.metric(BEGUN)) > begun);
    await eventually('that is leased', async () => (await product.count(LEASED)) > 0);
    const ofVictim = await victim.metric(WRITTEN);
    await victim.end('SIGKILL');
    process.kill(classifier, 'SIGKILL'); // frozen, it would not see that its service is gone
    workers = others;
    await product.settled();
    const added = (await product.count('asset')) - assets;
    const counted = async (): Promise<boolean> => sum(await written()) + ofVictim - before === added;
    await eventually('every final is counted once', counted);
    await expectEachOnce();
  });
});

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
