import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { Product } from '../support/product.js';
import type { Answer, TestClient } from '../support/test-client.js';
import { FLAT_AVIF } from './fixtures/flat-avif.js';

/** Uploads of the one who behaves, one after the other: what one of two processes can do. */
const UPLOADS = 60;
const CONNECTIONS = 3;
/** Of the uploads of the one who behaves. */
const JUDGED_SHARE = 0.9;

let product: Product;
let jpeg: Uint8Array;

beforeAll(async () => {
  [product, jpeg] = await Promise.all([
    Product.open({ settings: { FAST_PROCESSES: '2', FAST_SLO_MS: '600' } }),
    drawSample(0).then(({ bytes }) => bytes),
  ]);
  await product.upload.start();
}, 120_000);
afterAll(() => product.close());

/** Uploads in a loop on some connections. @returns to be called when it is to end */
function loop(client: TestClient, bytes: Uint8Array): () => Promise<Answer<AssetAnswer>[]> {
  let isOver = false;
  const answers: Answer<AssetAnswer>[] = [];
  const goesOn = (): boolean => !isOver;
  const run = async (): Promise<void> => {
    while (goesOn()) answers.push(await client.upload(bytes));
  };
  const all = Promise.all(Array.from({ length: CONNECTIONS }, run));
  return async () => {
    isOver = true;
    await all;
    return answers;
  };
}

describe('one client’s pictures of a kilobyte that take a second to decode', () => {
  it('leave the fast tier to the others, and get an honest answer', async () => {
    const end = loop(product.stranger, FLAT_AVIF);
    const sources: string[] = [];
    for (let n = 0; n < UPLOADS; n += 1) {
      const { status, body } = await product.client.upload(jpeg);
      expect(status).toBe(201);
      sources.push(body.decision.source);
    }
    const theirs = await end();
    expect(sources.filter((source) => source === 'fast').length).toBeGreaterThanOrEqual(JUDGED_SHARE * UPLOADS);

    const accepted = theirs.filter(({ status }) => status === 201);
    const refused = theirs.filter(({ status }) => status !== 201);
    expect(accepted.length).toBeGreaterThan(0);
    for (const { body } of accepted) {
      expect(body).toMatchObject({ served: false, decision: { source: 'default', reasons: [{ code: 'shed' }] } });
    }
    for (const { status, body } of refused) expect([status, body]).toMatchObject([503, { code: 'overloaded' }]);
    const sheds = (labels: Record<string, string>) => product.upload.metric('portcullis_sheds_total', labels);
    // on a machine that is very busy some have no time even for their headers
    expect(await sheds({ where: 'queue', reason: 'costly' })).toBeGreaterThan(0);
    expect(await sheds({ where: 'door' })).toBe(refused.length);
    expect(await product.verify({ settled: false })).toMatchObject({ exitCode: 0, faults: [] });
  });
});
