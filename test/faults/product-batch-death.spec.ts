import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';
import { Product } from '../support/product.js';
import { describeQueues, type TestQueue } from '../support/queues.js';
import type { TestService } from '../support/test-service.js';

jest.setTimeout(60_000);

const IN_HAND = 6;
const LEASED = 'pending_final WHERE lease_token IS NOT NULL';

describeQueues('a batch service in the middle of a batch', (openQueue) => {
  let queue: TestQueue;
  let product: Product;
  let jpeg: Uint8Array;
  let first: TestService;
  let classifier: number;

  beforeAll(async () => {
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    queue = await openQueue();
    product = await Product.open({ redisUrl: queue.redisUrl, settings: { BATCH_GRACE_MS: '1500' } });
    await product.upload.start();
  });

  afterAll(async () => {
    await product.close();
    await queue.stop();
  });

  /** Its classifier process stands still, so that it stays in the middle for as long as the test likes. */
  beforeEach(async () => {
    first = product.batch();
    await first.start();
    classifier = await first.classifier();
    process.kill(classifier, 'SIGSTOP');
    await Promise.all(Array.from({ length: IN_HAND }, () => product.client.submit(jpeg)));
    const inHand = async (): Promise<boolean> => (await product.count(LEASED)) === IN_HAND;
    await eventually('all assets are in hand', inHand);
  });

  afterEach(() => first.stop());

  /** What must hold in the end, whatever happened. */
  async function expectAllSettled(): Promise<void> {
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: await product.count('asset') });
    expect(await product.count('dead_letter')).toBe(0);
  }

  it('is killed: another one does its work', async () => {
    await first.end('SIGKILL');
    process.kill(classifier, 'SIGKILL'); // frozen, it would not see that its service is gone
    const second = product.batch();
    await second.start();
    await expectAllSettled();
    await second.stop();
  });

  it('stands still for longer than its lease: another one has its work, and it changes nothing when it wakes', async () => {
    const second = product.batch();
    await second.start();
    const heir = await second.classifier();
    process.kill(heir, 'SIGSTOP');
    first.signal('SIGSTOP');
    process.kill(classifier, 'SIGCONT'); // its answers wait for the service to wake
    const taken = async (): Promise<boolean> => (await product.count(`${LEASED} AND attempts = 2`)) === IN_HAND;
    await eventually('another one has its work', taken, 20_000);

    first.signal('SIGCONT');
    const tried = async (): Promise<boolean> => (await first.metric('portcullis_batch_size_sum')) === IN_HAND;
    await eventually('it has tried to write', tried);
    expect(await first.metric('portcullis_final_total')).toBe(0);
    expect(await product.count('pending_final')).toBe(IN_HAND);

    process.kill(heir, 'SIGCONT');
    await expectAllSettled();
    const written = async (): Promise<boolean> => (await second.metric('portcullis_final_total')) === IN_HAND;
    await eventually('the other one has written', written);
    expect(await first.metric('portcullis_final_total')).toBe(0);
    await second.stop();
  });

  it('is told to end: it hands its work back untried and ends well', async () => {
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await product.count(`${LEASED} OR attempts > 0 OR last_error IS NOT NULL`)).toBe(0);
    expect(await product.count('pending_final')).toBe(IN_HAND);
    await eventually('its classifier process is gone', () => !isRunning(classifier));
    const second = product.batch();
    await second.start();
    await expectAllSettled();
    await second.stop();
  });

  it('is told to end and has time enough: it finishes its work first', async () => {
    first.signal('SIGTERM');
    process.kill(classifier, 'SIGCONT');
    expect(await first.gone()).toEqual({ code: 0, signal: null });
    await expectAllSettled();
  });
});
