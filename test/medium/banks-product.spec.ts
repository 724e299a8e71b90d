import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { AssetAnswer, RevisionAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { FINDINGS } from '#moderation/label.js';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import type { ProvisionalVerdict } from '#moderation/words.js';
import { ReviewStore } from '#persistence/review-store.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import type { TestClient } from '../support/test-client.js';

/** The fast tier allows everything, and the heavy tier asks a human about everything. */
const ASKING: PolicyDocument = {
  ...STARTING_POLICY,
  thresholds: Object.fromEntries(
    FINDINGS.map((label) => [label, { fast: { clearBelow: 1, blockFrom: 1 }, heavy: { clearBelow: 0, blockFrom: 1 } }]),
  ) as PolicyDocument['thresholds'],
};

let product: Product;
/** A drawn photograph, and the same smaller and compressed anew. */
let picture: Uint8Array;
let likeness: Uint8Array;

beforeAll(async () => {
  product = await Product.open({ policy: ASKING });
  picture = (await drawSample(0, { width: 640, height: 480 })).bytes;
  likeness = await sharp(picture).resize(400, 300).jpeg({ quality: 70 }).toBuffer();
  await Promise.all([product.upload.start(), product.batch().start()]);
});
afterAll(() => product.close());

const read = async (client: TestClient, id: string): Promise<AssetAnswer> =>
  (await client.get<AssetAnswer>(`/v1/assets/${id}`)).body;

const final = (client: TestClient, id: string): Promise<AssetAnswer> =>
  eventually('its final', async () => {
    const answer = await read(client, id);
    return answer.decision.stage === 'final' ? answer : undefined;
  });

/** A moderator decides about an asset that has a case. */
async function decide(assetId: string, verdict: ProvisionalVerdict): Promise<void> {
  const reviews = new ReviewStore(product.database);
  const [review] = await product.rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [assetId]);
  if (review === undefined) throw new Error('there is no case');
  await reviews.claim(review.id, { name: 'anna', senior: false }, Date.now(), 60_000);
  const policyLabel = verdict === 'block' ? 'sexual.explicit' : null;
  const decision = { verdict, policyLabel, note: 'seen', moderator: 'anna' } as const;
  expect(await reviews.decide(review.id, decision, 1, Date.now())).toMatchObject({ kind: 'decided' });
}

/** Uploads until the services know what a moderator decided. */
const uploadKnown = (client: TestClient, bytes: Uint8Array, verdict: ProvisionalVerdict): Promise<AssetAnswer> =>
  eventually('the upload service knows', async () => {
    const { body } = await client.upload(bytes);
    return body.decision.source === 'hash' && body.decision.verdict === verdict ? body : undefined;
  });

describe('what a moderator has decided', () => {
  it('is known for every client’s copies, by bytes and by looks, at both tiers', async () => {
    const first = await product.client.submit(picture);
    expect((await final(product.client, first)).decision).toMatchObject({ source: 'heavy', verdict: 'review' });
    await decide(first, 'block');

    const copy = await uploadKnown(product.stranger, picture, 'block');
    expect(copy).toMatchObject({ served: false, decision: { reasons: [{ code: 'known_hash' }], band: null } });
    const alike = await uploadKnown(product.client, likeness, 'block');
    expect(alike.decision.match).toMatchObject({ bank: 'decided.block', match: 'perceptual' });

    expect((await final(product.stranger, copy.id)).decision).toMatchObject({ source: 'hash', verdict: 'block' });
    expect((await final(product.client, alike.id)).decision).toMatchObject({ source: 'hash', verdict: 'block' });
  });

  it('names its bank to keys that see scores only', async () => {
    const { id } = await uploadKnown(product.stranger, picture, 'block');
    await final(product.stranger, id);
    const revisions = await product.stranger.get<{ items: RevisionAnswer[] }>(`/v1/assets/${id}/revisions`);
    const list = await product.stranger.get('/v1/assets?limit=100');
    const answers = [await read(product.stranger, id), revisions.body, list.body];
    for (const answer of answers) {
      expect(JSON.stringify(answer)).toContain('known_hash');
      expect(JSON.stringify(answer)).not.toMatch(/decided\.|entryId|distance|"match"/);
    }
  });

  it('may be released for one picture, by its bytes', async () => {
    const { id } = await uploadKnown(product.client, picture, 'block');
    await final(product.client, id);
    await product.rows(
      `INSERT INTO review (id, asset_id, client_id, state, disagreement, margin, opened_at)
       VALUES ($1, $1, $2, 'open', false, 0, now())`,
      [id, product.client.id],
    );
    await decide(id, 'allow');
    const released = await uploadKnown(product.stranger, picture, 'allow');
    expect(released.served).toBe(true);
  });

  it('leaves the books in order', async () => {
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faultCount: 0 });
  });
});
