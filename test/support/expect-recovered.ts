import { expect } from '@jest/globals';
import { eventually } from './eventually.js';
import type { Product } from './product.js';
import type { TestService } from './test-service.js';

/** An operation has its limit, and then fails to clean up, and has it once more. */
const RECOVERED_MS_MAX = 60_000;

/** What is uploaded is labelled by the processes that were there all the time, and nothing was lost. */
export async function expectRecovered(
  { product, batch, jpeg }: { product: Product; batch: TestService; jpeg: Uint8Array },
  pids: readonly number[],
): Promise<void> {
  await product.settled(RECOVERED_MS_MAX);
  await product.client.submit(jpeg);
  await product.settled();
  // who rings for an asset forgets it a moment later
  await eventually('every bell is rung', async () => (await product.count('outbox')) === 0);
  expect(await product.count('dead_letter')).toBe(0);
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: await product.count('asset') });
  await Promise.all([product.upload.ready(), batch.ready()]);
  expect([product.upload.pid, batch.pid]).toEqual(pids);
}
