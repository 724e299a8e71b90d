import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { eventually } from '../support/eventually.js';
import { MortalRedis } from '../support/mortal-redis.js';
import { Product } from '../support/product.js';
import { itInRedis } from '../support/queues.js';
import { SteadyLoad } from '../support/steady-load.js';
import type { TestService } from '../support/test-service.js';

/** More than a worker leases at once: some are in its hands without a lease. */
const IN_HAND = 8;
/** With time for a worker to keep its leases while another one starts on the same machine. */
const SETTINGS = { HEAVY_BATCH_SIZE: '2', HEAVY_LEASE_MS: '4000' };
const HOUR_MS = 3_600_000;
/** A promise that would be broken at once, were it for a time that has passed. */
const POLICY: PolicyDocument = { ...STARTING_POLICY, ifLate: { urgent: 'block', normal: 'block', bulk: 'block' } };
/** Nearer to that clock than to the right one. */
const SLACK_MS = HOUR_MS / 2;
const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'fixtures/skewed-clock.mjs')).href;
const skewed = (ms: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=${PRELOAD}`,
  CLOCK_SKEW_MS: String(ms),
});

let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
});

describe.each([
  ['an hour ahead', HOUR_MS],
  ['an hour behind', -HOUR_MS],
])('services whose clocks are %s, beside others', (_where, skewMs) => {
  let product: Product;
  let wrong: TestService;
  let batches: TestService[];

  beforeAll(async () => {
    product = await Product.open({ settings: SETTINGS, policy: POLICY });
    wrong = product.another('upload', skewed(skewMs));
    batches = [product.batch(), product.batch(skewed(skewMs))];
    // one after the other: four at once are not ready in time on a machine that does other things too
    for (const service of [product.upload, wrong, ...batches]) await service.start();
  }, 180_000);

  afterAll(() => product.close());

  it('have that clock', async () => {
    const { body } = await product.client.at(wrong.url).upload(jpeg);
    expect(Math.abs(Date.parse(body.receivedAt) - Date.now() - skewMs)).toBeLessThan(SLACK_MS);
  });

  it('promise as much time as others, and know a key that others know', async () => {
    const elsewhere = product.client.at(wrong.url);
    const promised = ({ receivedAt, finalBy }: AssetAnswer): number => Date.parse(finalBy) - Date.parse(receivedAt);
    for (const [first, second] of [
      [product.client, elsewhere],
      [elsewhere, product.client],
    ] as const) {
      const key = `key ${first === elsewhere}`;
      const { status, body } = await first.upload(jpeg, { key });
      expect([status, promised(body)]).toEqual([201, STARTING_POLICY.finalWithinMs.normal]);
      const again = await second.upload(jpeg, { key });
      expect([again.status, again.body.id]).toEqual([201, body.id]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    }
  });

  it('share the work with others, and each asset gets one final', async () => {
    const loads = [product.client, product.client.at(wrong.url)].map(
      (client, index) => new SteadyLoad(client, jpeg, { clients: 2, keysMax: 12, keyPrefix: `load ${index}` }).ended,
    );
    await Promise.all(loads);
    await product.settled();
    const assets = await product.count('asset');
    expect(await product.count(`decision WHERE stage = 'final'`)).toBe(assets);
    expect(await product.count('reconciliation')).toBe(assets);
    expect(await product.count('dead_letter')).toBe(0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets });
    // nothing is late by the one clock that counts, and no age is an hour too long or negative
    expect(await product.count(`decision WHERE cause = 'late'`)).toBe(0);
    const misdated = `asset a JOIN decision d ON d.asset_id = a.id AND d.stage = 'final'
      WHERE d.decided_at NOT BETWEEN a.received_at AND a.received_at + interval '30 minutes' OR d.decided_at > now()`;
    expect(await product.count(misdated)).toBe(0);
  });

  it('leave the work of one that dies to others after its lease, and not before', async () => {
    const [right, dying] = batches;
    if (right === undefined || dying === undefined) throw new Error('there is no such service');
    await right.stop();
    await expectHandedOn(product, dying, right);
  });
});

itInRedis(
  'a service whose clock is an hour ahead, with the queue in Redis, leaves its work to others when it dies',
  async () => {
    const redis = await MortalRedis.open();
    await redis.start();
    const product = await Product.open({ settings: SETTINGS, redisUrl: redis.url });
    const [right, dying] = [product.batch(), product.batch(skewed(HOUR_MS))];
    await product.upload.start();
    await dying.start();
    await expectHandedOn(product, dying, right);
    await product.close();
    await redis.remove();
  },
);

/** Kills a service with work in hand; the other one, not started yet, does it after its lease, and not before. */
async function expectHandedOn(product: Product, dying: TestService, right: TestService): Promise<void> {
  const classifier = await dying.classifier();
  process.kill(classifier, 'SIGSTOP');
  for (let n = 0; n < IN_HAND; n += 1) await product.client.submit(jpeg);
  const leasedSince = async (since: Date): Promise<boolean> =>
    (await product.count('pending_final WHERE lease_expires_at > $1', [since])) > 0;
  await eventually('it has some under a lease', () => leasedSince(new Date(0)));
  const leased = await product.rows<{ id: string; at: Date }>(
    `SELECT asset_id AS id, lease_expires_at AS at FROM pending_final WHERE lease_token IS NOT NULL`,
  );
  await right.start();
  await eventually('its leases outlast their first time', () => leasedSince(leased[0]?.at ?? new Date()));
  // a clock of its own would have given them to another long ago
  const ids = leased.map(({ id }) => id);
  expect(await product.count('pending_final WHERE attempts = 1 AND asset_id = ANY ($1)', [ids])).toBe(ids.length);
  await dying.end('SIGKILL');
  process.kill(classifier, 'SIGKILL'); // frozen, it would not see that its service is gone
  await product.settled();
  expect(await product.count('dead_letter')).toBe(0);
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [] });
}
