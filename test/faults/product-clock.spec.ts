import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { SteadyLoad } from '../support/steady-load.js';
import type { TestService } from '../support/test-service.js';

jest.setTimeout(120_000);

const IN_HAND = 3;
const HOUR_MS = 3_600_000;
/** What a machine that does other things too may take from an upload to its answer. */
const SLACK_MS = 60_000;
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
    product = await Product.open();
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
  });

  // of one that is ahead, a lock of BullMQ in PostgreSQL lasts by its worker's clock: for an hour too long
  if (skewMs > 0) return;

  it('leave the work of one that dies to others after its lease, and not before', async () => {
    const [, dying] = batches;
    if (dying === undefined) throw new Error('there is no such service');
    await batches[0]?.stop();
    const classifier = await dying.classifier();
    process.kill(classifier, 'SIGSTOP');
    for (let n = 0; n < IN_HAND; n += 1) await product.client.submit(jpeg);
    const leased = async (since: Date): Promise<boolean> =>
      (await product.count('pending_final WHERE lease_expires_at > $1', [since])) === IN_HAND;
    await eventually('all are in its hands', () => leased(new Date(0)));
    const [first] = await product.rows<{ at: Date }>(`SELECT max(lease_expires_at) AS at FROM pending_final`);
    const right = product.batch();
    await right.start();
    await eventually('its leases outlast their first time', () => leased(first?.at ?? new Date()));
    // the other one would have had them long ago by its own clock
    expect(await product.count('pending_final WHERE attempts = 1')).toBe(IN_HAND);
    await dying.end('SIGKILL');
    process.kill(classifier, 'SIGKILL'); // frozen, it would not see that its service is gone
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [] });
  });
});
