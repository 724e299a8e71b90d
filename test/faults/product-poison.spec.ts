import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import type { DeadReason } from '#moderation/dead-letter.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';

let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
});

/** Uploads eight images, poisons the first, and has them labelled. @returns the poisonous asset's id */
async function labelOnePoisoned(product: Product, poison: (id: string) => Promise<void>): Promise<string> {
  const [id = '', ...fine] = await Promise.all(Array.from({ length: 8 }, () => product.client.submit(jpeg)));
  await poison(id);
  const batch = product.batch();
  await batch.start();
  await product.settled();
  expect(await product.count(`asset WHERE transition = 'confirmed_allow' AND id = ANY ($1)`, [fine])).toBe(7);
  // counted just after it was committed
  await eventually('the death is counted', async () => (await batch.metric('portcullis_dead_letters_total')) === 1);
  expect(await batch.metric('portcullis_heavy_retries_total')).toBe((await attemptsOf(product, id)) - 1);
  await batch.stop();
  return id;
}

async function attemptsOf(product: Product, id: string): Promise<number> {
  const rows = await product.rows<{ attempts: number }>(`SELECT attempts FROM dead_letter WHERE asset_id = $1`, [id]);
  return rows[0]?.attempts ?? 0;
}

interface Death {
  readonly reason: DeadReason;
  readonly attempts: number;
  readonly detail: RegExp;
}

async function expectDead(product: Product, id: string, { detail, ...death }: Death): Promise<void> {
  const { body } = await product.client.get<AssetAnswer>(`/v1/assets/${id}`);
  expect(body).toMatchObject({
    served: true,
    transition: 'needs_review',
    decision: { revision: 2, verdict: 'review', source: 'default', reasons: [{ code: 'heavy_tier_failed' }] },
  });
  const letters = await product.rows(`SELECT asset_id, reason, attempts, detail FROM dead_letter`);
  const said = expect.stringMatching(detail);
  expect(letters).toEqual([{ asset_id: id, ...death, detail: said }]);
  const reviews = await product.rows(`SELECT asset_id FROM review WHERE state = 'open'`);
  expect(reviews).toEqual([{ asset_id: id }]);
  const { exitCode, faults } = await product.verify();
  expect([exitCode, faults]).toEqual([1, [{ assetId: id, fault: 'has a row and no bytes' }]]);
}

describeProduct('an asset whose bytes are gone', {}, (given) => {
  let product: Product;

  beforeAll(async () => {
    ({ product } = given);
    await product.upload.start();
  });

  it('ends as a case for a human at once, for no wait brings them back, and costs none of its batch anything', async () => {
    const id = await labelOnePoisoned(product, (lost) => product.files.remove(lost));
    await expectDead(product, id, { reason: 'bytes_gone', attempts: 1, detail: /stored bytes are gone/ });
  });
});

describe('an asset that its reader does not survive', () => {
  let product: Product;

  beforeAll(async () => {
    product = await Product.open({ settings: { HEAVY_CALL_MS_MAX: '1000', HEAVY_ATTEMPTS_MAX: '2' } });
    await product.upload.start();
  });

  afterAll(() => product.close());

  it('ends as a case for a human after as many attempts as are set, and costs none of its batch anything', async () => {
    const id = await labelOnePoisoned(product, async (stuck) => {
      await product.files.remove(stuck);
      execFileSync('mkfifo', [product.files.path(stuck)]); // a file that never ends: its reader is killed
    });
    await product.files.remove(id);
    await expectDead(product, id, { reason: 'timeout', attempts: 2, detail: /did not end in its time/ });
  });

  it('and one that the heavy tier refuses does so at the first', async () => {
    const id = await product.client.submit(jpeg);
    const picky = product.batch({ PIXELS_MAX: '1000' });
    await picky.start();
    await product.settled();
    const { body } = await product.client.get<AssetAnswer>(`/v1/assets/${id}`);
    expect(body).toMatchObject({
      transition: 'needs_review',
      decision: { verdict: 'review', source: 'default', reasons: [{ code: 'heavy_tier_refused' }] },
    });
    expect(await product.rows(`SELECT reason, attempts FROM dead_letter WHERE asset_id = $1`, [id])).toEqual([
      { reason: 'refused', attempts: 1 },
    ]);
    await eventually('the death is counted', async () => (await picky.metric('portcullis_dead_letters_total')) === 1);
  });
});
