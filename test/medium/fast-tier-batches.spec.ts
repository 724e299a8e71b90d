import 'reflect-metadata';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { TINY, writeTinyModel } from '../faults/fixtures/tiny-model.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

const MODELS = path.resolve(import.meta.dirname, '../../models');
const BATCH_MAX = 4;
/** Micro-batches, and time for a busy machine: nothing is to be shed here. */
const BATCHED = { FAST_BATCH_MAX: String(BATCH_MAX), FAST_BATCH_WINDOW_MS: '25', FAST_SLO_MS: '20000' };
/** Of the heavy model, which a model repository of the test's own has too. */
const HEAVY = 'mobilenet_v2_mid';

const draw = async (index: number): Promise<Uint8Array> => (await drawSample(index, { width: 96, height: 64 })).bytes;

const scoresOf = ({ labels = [] }: AssetAnswer): number[] => labels.map(({ score }) => score);

const batches = (service: TestService): Promise<number> => service.metric('portcullis_fast_batch_size_count');
const images = (service: TestService): Promise<number> => service.metric('portcullis_fast_batch_size_sum');
const because = (service: TestService, reason: string): Promise<number> =>
  service.metric('portcullis_fast_dispatches_total', { reason });

/**
 * Uploads pictures to a service whose process is busy with the first until all others wait, so that those go in batches
 * as large as they may be.
 */
async function uploadTogether(
  product: Product,
  service: TestService,
  pictures: readonly Uint8Array[],
): Promise<AssetAnswer[]> {
  const client = product.client.at(service.url);
  const [first = new Uint8Array(), ...others] = pictures;
  const before = await batches(service);
  const pid = await service.classifier();
  process.kill(pid, 'SIGSTOP');
  try {
    const answers = [client.upload(first)];
    await eventually('the first is with the process', async () => (await batches(service)) > before);
    answers.push(...others.map((picture) => client.upload(picture)));
    const allWait = async (): Promise<boolean> => (await service.metric('portcullis_fast_pending')) === others.length;
    await eventually('all others wait', allWait);
    process.kill(pid, 'SIGCONT');
    return (await Promise.all(answers)).map(({ body }) => body);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

describe('micro-batches', () => {
  let product: Product;
  let single: TestService;
  let pictures: readonly Uint8Array[];

  beforeAll(async () => {
    [product, pictures] = await Promise.all([
      Product.open({ settings: BATCHED }),
      Promise.all(Array.from({ length: 2 * BATCH_MAX + 1 }, (_, index) => draw(index))),
    ]);
    single = product.another('upload', { FAST_BATCH_MAX: '1', FAST_BATCH_WINDOW_MS: '0' });
    await product.upload.start();
    await single.start();
  });
  afterAll(() => product.close());

  it('are planned for as they are set', async () => {
    expect(await product.upload.metric('portcullis_plan', { what: 'batch' })).toBe(BATCH_MAX);
    const batchTime = (batch: string): Promise<number> =>
      product.upload.metric('portcullis_fast_service_seconds', { batch });
    expect(await batchTime('4')).toBeGreaterThanOrEqual(await batchTime('1'));
  });

  it('give the scores that each picture gets alone', async () => {
    const together = await uploadTogether(product, product.upload, pictures);
    expect(await batches(product.upload)).toBe(3);
    expect(await images(product.upload)).toBe(pictures.length);
    expect(await because(product.upload, 'full')).toBe(2);
    for (const [index, picture] of pictures.entries()) {
      const { body: alone } = await product.client.at(single.url).upload(picture);
      const expected = scoresOf(alone);
      const scores = scoresOf(together[index] ?? alone);
      expect(expected).toHaveLength(5);
      for (const [label, score] of scores.entries()) expect(score).toBeCloseTo(expected[label] ?? Number.NaN, 6);
      expect(together[index]?.decision).toMatchObject({ source: 'fast', verdict: alone.decision.verdict });
    }
    expect(await because(single, 'idle')).toBe(await batches(single));
    expect(await images(single)).toBe(pictures.length);
  });

  it('go without company when the window is over, and not before', async () => {
    const [picture = new Uint8Array()] = pictures;
    const [timers, sizes] = [await because(product.upload, 'timer'), await images(product.upload)];
    const { body } = await product.client.upload(picture);
    expect(body.timing?.queueMs).toBeGreaterThan(20);
    expect(await because(product.upload, 'timer')).toBe(timers + 1);
    expect(await images(product.upload)).toBe(sizes + 1);
  });
});

describe('a picture that breaks the batch it is in', () => {
  let product: Product;
  let models: string;

  beforeAll(async () => {
    models = await mkdtemp(path.join(os.tmpdir(), 'portcullis-models-'));
    await writeTinyModel(models, 'fragile');
    await symlink(path.join(MODELS, HEAVY), path.join(models, HEAVY));
    product = await Product.open({ settings: { ...BATCHED, MODEL_ROOT: models, FAST_MODEL: TINY } });
    await product.upload.start();
  });
  afterAll(async () => {
    await product.close();
    await rm(models, { recursive: true, force: true });
  });

  it('is the only one that gets no scores; the others are tried again, and nothing is lost', async () => {
    const channels = 3;
    const black = await sharp({ create: { width: 64, height: 64, channels, background: '#000' } })
      .png()
      .toBuffer();
    const [a, b, c, d] = await Promise.all([0, 1, 3, 6].map(draw));
    const pictures = [a, b, black, c, d].map((bytes = black) => bytes);
    const answers = await uploadTogether(product, product.upload, pictures);
    expect(answers.map(({ decision }) => decision.source)).toEqual(['fast', 'fast', 'default', 'fast', 'fast']);
    expect(answers[2]).toMatchObject({
      served: false,
      decision: { verdict: 'block', reasons: [{ code: 'fast_tier_failed' }] },
    });
    // the first; the batch of the other four; each of these alone
    expect([await batches(product.upload), await images(product.upload)]).toEqual([6, 9]);
    await product.batch().start();
    await product.settled();
    expect(await product.count(`asset WHERE stage = 'final'`)).toBe(pictures.length);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });
});
