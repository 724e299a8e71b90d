import 'reflect-metadata';
import { beforeAll, expect, it, jest } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { readSettings } from '#settings/settings.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';

jest.setTimeout(240_000);

/** What decides how soon a dead worker's items are somebody else's: as it is without a setting. */
const DEFAULTS = { HEAVY_LEASE_MS: '', SWEEP_MS: '' };
/** More than go into its batch: some are in its hands without a lease. */
const IN_HAND = 12;
/** A hang: ten times what is promised (docs/operations.md). */
const HANG_MS = 150_000;

describeProduct('with the default settings', { settings: DEFAULTS }, (given) => {
  let jpeg: Uint8Array;
  beforeAll(async () => {
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    await given.product.upload.start();
  });

  it('what a worker had in hand when it was killed is labelled by another when its leases have run out', async () => {
    const { product } = given;
    const [mortal, heir] = [product.batch(), product.batch()];
    await mortal.start();
    const classifier = await mortal.classifier();
    process.kill(classifier, 'SIGSTOP');
    await Promise.all(Array.from({ length: IN_HAND }, () => product.client.submit(jpeg)));
    await eventually(
      'some are under a lease',
      async () => (await product.count('pending_final WHERE attempts > 0')) > 0,
    );
    await eventually('all bells are rung', async () => (await product.count('outbox')) === 0);
    // renewed by then, so that the test sees a worker at work for long
    const renewed = "pending_final WHERE lease_expires_at > received_at + interval '11 seconds'";
    await eventually('its leases are renewed', async () => (await product.count(renewed)) > 0);
    expect(await product.count('pending_final')).toBe(IN_HAND);
    await mortal.end('SIGKILL');
    process.kill(classifier, 'SIGKILL'); // frozen, it would not see that its service is gone
    // by the times that are stored nothing stays its own for longer than a lease, however often that was renewed
    const [left] = await product.rows<{ ms: number }>(
      `SELECT max(extract(epoch FROM lease_expires_at - clock_timestamp()))::float8 * 1000 AS ms FROM pending_final`,
    );
    expect(left?.ms).toBeLessThanOrEqual(readSettings({}, '/').heavy.leaseMs);
    await heir.start();
    await product.settled(HANG_MS);
    expect(await product.count('dead_letter')).toBe(0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: IN_HAND });
  });
});
