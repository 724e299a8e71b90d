import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { firstIdAt } from '#moderation/limits/day.js';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { ClientStore } from '#persistence/client-store.js';
import { FinalStore } from '#persistence/final-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { tablesWith } from '../support/all-texts.js';
import { describeProduct } from '../support/describe-product.js';
import { addAsset } from '../support/event-rows.js';
import { eventually } from '../support/eventually.js';
import { resultOf } from '../support/history-rows.js';
import { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

jest.setTimeout(60_000);

const DAY_MS = 24 * 3_600_000;

/** Stands in every text that a client may send. */
const MARK = 'Marlene-Muster-1901';
const FIELDS = { externalId: `post ${MARK}`, uploaderId: `user ${MARK}`, metadata: JSON.stringify({ by: MARK }) };
/** Of the lock before the commit of an erasure. */
const LOCK = 4_712;

/** The fast tier clears everything, the heavy tier leaves everything to a moderator. */
const clear = { clearBelow: 1, blockFrom: 1 };
const unsure = { clearBelow: 0, blockFrom: 1 };
const { thresholds } = STARTING_POLICY;
const POLICY: PolicyDocument = {
  ...STARTING_POLICY,
  thresholds: {
    'sexual.explicit': { fast: clear, heavy: unsure },
    'sexual.explicit.drawn': { ...thresholds['sexual.explicit.drawn'], fast: clear },
    'sexual.suggestive': { ...thresholds['sexual.suggestive'], fast: clear },
  },
};

let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
});

/** @returns the answer's status, and the code of its problem */
async function ask(product: Product, method: string, path: string, secret = product.client.secret) {
  const response = await fetch(`${product.upload.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}` },
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return [response.status, text === '' ? undefined : (JSON.parse(text) as { code?: string }).code];
}

const erase = (product: Product, id: string) => ask(product, 'DELETE', `/v1/assets/${id}`);
const ERASED = [410, 'erased'];

/** It is gone for everybody, wherever one looks. */
async function expectErased(product: Product, id: string, key: string): Promise<void> {
  const path = `/v1/assets/${id}`;
  expect(await ask(product, 'GET', path)).toEqual(ERASED);
  expect(await ask(product, 'GET', `${path}/revisions`)).toEqual(ERASED);
  const again = await product.client.upload(jpeg, { fields: FIELDS, key });
  expect([again.status, again.body]).toEqual([410, expect.objectContaining({ code: 'erased' })]);
  for (const method of ['GET', 'DELETE']) {
    expect(await ask(product, method, path, product.stranger.secret)).toEqual([404, 'not-found']);
  }
  expect(await product.stored()).not.toContain(id);
  expect(await tablesWith(product.database, MARK)).toEqual([]);
  expect(await product.count('dead_letter')).toBe(0);
}

describeProduct('an asset that its client erases', { policy: POLICY }, (given) => {
  let product: Product;
  let batch: TestService;

  beforeAll(async () => {
    ({ product } = given);
    batch = product.batch();
    await product.upload.start();
  });

  it('while it waits in the queue is never labelled, and its bell ends quietly', async () => {
    const id = await product.client.submit(jpeg, { fields: FIELDS, key: 'queued' });
    expect(await erase(product, id)).toEqual([204, undefined]);
    await expectErased(product, id, 'queued');
    await product.client.submit(jpeg);
    await batch.start();
    await product.settled();
    expect(await product.count('decision WHERE asset_id = $1', [id])).toBe(1);
  });

  it('while a worker has it: the worker’s result is dropped, without a dead letter', async () => {
    const classifier = await batch.classifier();
    process.kill(classifier, 'SIGSTOP');
    const id = await product.client.submit(jpeg, { fields: FIELDS, key: 'in hand' });
    const leased = 'pending_final WHERE lease_token IS NOT NULL';
    await eventually('a worker has it', async () => (await product.count(leased)) === 1);
    expect(await erase(product, id)).toEqual([204, undefined]);
    process.kill(classifier, 'SIGCONT');
    const tried = async (): Promise<boolean> => (await batch.metric('portcullis_batch_size_sum')) >= 2;
    await eventually('it has tried to write', tried);
    await product.client.submit(jpeg);
    await product.settled();
    await expectErased(product, id, 'in hand');
    expect(await batch.metric('portcullis_dead_letters_total')).toBe(0);
  });

  it('while a moderator is to decide it is withdrawn from him', async () => {
    const id = await product.client.submit(jpeg, { fields: FIELDS, key: 'in review' });
    await product.settled();
    const { body } = await product.client.get<AssetAnswer>(`/v1/assets/${id}`);
    expect(body).toMatchObject({ transition: 'needs_review' });
    expect(await erase(product, id)).toEqual([204, undefined]);
    await expectErased(product, id, 'in review');
    expect(await product.rows(`SELECT state FROM review WHERE asset_id = $1`, [id])).toEqual([{ state: 'withdrawn' }]);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], erased: 3 });
  });
});

describe('an upload service that is killed between the commit of an erasure and the removal of the bytes', () => {
  let product: Product;

  beforeAll(async () => {
    product = await Product.open();
    await product.upload.start();
    await product.rows(
      `CREATE FUNCTION pass_commit() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCK}); RETURN NULL; END $$`,
    );
    await product.rows(
      `CREATE CONSTRAINT TRIGGER pass_commit AFTER INSERT ON erasure DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION pass_commit()`,
    );
  });
  afterAll(() => product.close());

  it('has erased it: the batch service removes the bytes', async () => {
    const id = await product.client.submit(jpeg, { fields: FIELDS, key: 'killed' });
    const holder = product.database.createQueryRunner();
    await holder.query(`SELECT pg_advisory_lock(${LOCK})`);
    const seen = erase(product, id).catch(() => 'broken');
    const waits = `pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await eventually('it commits', async () => (await product.count(waits)) === 1);
    product.upload.signal('SIGSTOP');
    await holder.query(`SELECT pg_advisory_unlock(${LOCK})`);
    await holder.release();
    await eventually('it has committed', async () => (await product.count('erasure')) === 1);
    await product.upload.end('SIGKILL');
    expect(await seen).toBe('broken');
    expect(await product.stored()).toEqual([id]);
    expect((await product.verify()).faults).toEqual([
      { assetId: id, fault: 'it is erased and its bytes are still there' },
    ]);

    const batch = product.batch();
    await batch.launch();
    await eventually('the bytes are gone', async () => (await product.stored()).length === 0, 20_000);
    await batch.stop();
    await product.upload.start();
    await expectErased(product, id, 'killed');
    expect(await erase(product, id)).toEqual([204, undefined]);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], erased: 1 });
  });
});

describe('what has been kept for as long as its client wants', () => {
  let product: Product;

  beforeAll(async () => {
    product = await Product.open();
  });
  afterAll(() => product.close());

  it('is erased by the batch service, with its bytes', async () => {
    const monthAgo = Date.now() - 30 * DAY_MS;
    const assetId = `${firstIdAt(monthAgo).slice(0, -1)}1`;
    await product.files.write(assetId, Readable.from([jpeg]), jpeg.byteLength);
    await addAsset(product.database, product.client.id, 'allow', {
      ...{ assetId, externalId: MARK, receivedAtMs: monthAgo, decidedAtMs: monthAgo, finalByMs: monthAgo + DAY_MS },
    });
    const token = randomUUID();
    await new PendingFinalStore(product.database).lease([assetId], token, DAY_MS);
    const result = resultOf(assetId, { verdict: 'allow', policyVersion: 1, dies: false });
    await new FinalStore(product.database).settle(token, [result], monthAgo);
    await new ClientStore(product.database).change(product.client.id, { retentionDays: 29 });
    const batch = product.batch();
    await batch.launch();
    await eventually('its bytes are gone', async () => (await product.stored()).length === 0, 20_000);
    const counted = (): Promise<number> => batch.metric('portcullis_assets_erased_total', { cause: 'retention' });
    await eventually('it is counted', async () => (await counted()) === 1);
    expect(await tablesWith(product.database, MARK)).toEqual([]);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], erased: 1 });
  });
});
