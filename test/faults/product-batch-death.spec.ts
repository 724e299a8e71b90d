import 'reflect-metadata';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';
import type { Product } from '../support/product.js';
import type { Environment, TestService } from '../support/test-service.js';

const IN_HAND = 6;
/**
 * They go as one batch, however slowly they come: only so many batches are in hand at once.
 */
const SETTINGS = {
  BATCH_GRACE_MS: '1500',
  HEAVY_BATCH_SIZE: String(IN_HAND),
  HEAVY_BATCH_WINDOW_MS: '3000',
};
const TRIED = 'portcullis_batch_size_sum';
const WRITTEN = 'portcullis_final_total';
const LEASED = 'pending_final WHERE lease_token IS NOT NULL';

describeProduct('a batch service in the middle of a batch', { settings: SETTINGS }, (given) => {
  let product: Product;
  let jpeg: Uint8Array;
  let first: TestService;
  let classifier: number;
  let second: TestService | undefined;
  /** What is left running by one test is the first of the next. */
  let heir: TestService | undefined;

  beforeAll(async () => {
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    ({ product } = given);
    await product.upload.start();
  });

  /** Its classifier process stands still, so that it stays in the middle for as long as the test likes. */
  beforeEach(async () => {
    first = heir ?? (await startBatch());
    [second, heir] = [undefined, undefined];
    classifier = await first.classifier();
    process.kill(classifier, 'SIGSTOP');
    await Promise.all(Array.from({ length: IN_HAND }, () => product.client.submit(jpeg)));
    const inHand = async (): Promise<boolean> => (await product.count(LEASED)) === IN_HAND;
    await eventually('all assets are in hand', inHand);
  });

  afterEach(async () => {
    await first.stop();
    if (second !== heir) await second?.stop();
  });

  async function startBatch(more: Environment = {}): Promise<TestService> {
    const batch = product.batch(more);
    await batch.start();
    return batch;
  }

  /** What must hold in the end, whatever happened. */
  async function expectAllSettled(): Promise<void> {
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: await product.count('asset') });
    expect(await product.count('dead_letter')).toBe(0);
  }

  it('is killed: another one does its work', async () => {
    await first.end('SIGKILL');
    process.kill(classifier, 'SIGKILL'); // frozen, it would not see that its service is gone
    second = await startBatch();
    await expectAllSettled();
    heir = second;
  });

  it('stands still for longer than its lease: another one begins its work, and it writes none of it when it wakes', async () => {
    second = await startBatch();
    const [tries, written] = [await first.metric(TRIED), await first.metric(WRITTEN)];
    const frozen = await second.classifier();
    process.kill(frozen, 'SIGSTOP');
    first.signal('SIGSTOP');
    process.kill(classifier, 'SIGCONT'); // its answers wait for the service to wake
    const taken = async (): Promise<boolean> => (await product.count(`${LEASED} AND attempts = 2`)) === IN_HAND;
    await eventually('another one has it', taken);

    first.signal('SIGCONT');
    const tried = async (): Promise<boolean> => (await first.metric(TRIED)) === tries + IN_HAND;
    await eventually('it has tried to write', tried);
    expect(await first.metric(WRITTEN)).toBe(written);
    expect(await product.count('pending_final')).toBe(IN_HAND);

    process.kill(frozen, 'SIGCONT');
    await expectAllSettled();
    const all = async (): Promise<boolean> => (await second?.metric(WRITTEN)) === IN_HAND;
    await eventually('the other one has written', all);
    expect(await first.metric(WRITTEN)).toBe(written);
    heir = second;
  });

  it('is told to end: it hands its work back untried and ends well', async () => {
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await product.count(`${LEASED} OR attempts > 0 OR last_error IS NOT NULL`)).toBe(0);
    expect(await product.count('pending_final')).toBe(IN_HAND);
    await eventually('its classifier process is gone', () => !isRunning(classifier));
    second = await startBatch({ BATCH_GRACE_MS: '60000' });
    await expectAllSettled();
    heir = second;
  });

  it('is told to end and has time enough: it finishes its work first', async () => {
    first.signal('SIGTERM');
    process.kill(classifier, 'SIGCONT');
    expect(await first.gone()).toEqual({ code: 0, signal: null });
    await expectAllSettled();
  });
});
