import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ClassifierDecoders } from '#inference/classifier/decoders.js';
import { ClassifierPool } from '#inference/classifier/pool.js';
import type { ClassifierPoolOptions } from '#inference/classifier/pool-options.js';
import type { HostOptions } from '#inference/classifier/host-options.js';
import { build } from '../support/built.js';
import { makeHangingFile } from './fixtures/hanging-file.js';
import { TINY, writeTinyModel } from './fixtures/tiny-model.js';

const entry = (await build())('apps/upload/classifier-process.js');

/** One transparent pixel, which is seen on white and on black. */
const TRANSPARENT_GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const VIEW_BYTES = 16 * 16 * 3;
const WARM_BATCH = 4;

const ends: (() => Promise<void>)[] = [];
const fifo = makeHangingFile();
let folder = '';

const process = { decodeAhead: 1, imageLimits: { pixelsMax: 1_000, framesMax: 1 }, nice: 0 };
const common = {
  entry,
  processes: 1,
  inFlightPerProcess: 1,
  queueMax: 10,
  callMsMax: 5_000,
  rssBytesMax: 1_000_000_000,
};

async function startedPool(options: Partial<ClassifierPoolOptions> = {}): Promise<ClassifierPool> {
  const model = { modelRoot: folder, modelRef: TINY, threads: 1, inferenceBatch: WARM_BATCH };
  const pool = new ClassifierPool({ ...common, host: { ...process, ...model } satisfies HostOptions, ...options });
  ends.push(() => pool.close(0));
  await pool.start();
  return pool;
}

async function startedDecoders(callMsMax = 5_000): Promise<ClassifierDecoders> {
  const recipe = {
    size: 16,
    resize: 'bilinear-align-corners',
    framesScoredMax: 1,
    backgrounds: ['white', 'black'],
  } as const;
  const decoders = new ClassifierDecoders({ ...common, callMsMax, host: { ...process, recipe } });
  ends.push(() => decoders.close(0));
  await decoders.start();
  return decoders;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-orders-'));
  await writeTinyModel(folder, 'mean');
  await writeFile(join(folder, 'transparent'), Buffer.from(TRANSPARENT_GIF, 'base64'));
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(dirname(fifo), { recursive: true });
});

describe('an order to time the model', () => {
  it('is done by every process, as many runs as asked', async () => {
    const pool = await startedPool({ processes: 2 });
    const times = await pool.time(2, 3);
    expect(times.map((runs) => runs.length)).toEqual([3, 3]);
    expect(times.flat().every((ms) => ms > 0)).toBe(true);
    expect(pool.state()).toMatchObject({ inFlight: 0, replaced: 0 });
  });

  it('is refused for more views than a run takes, and by a pool that is closed', async () => {
    const pool = await startedPool();
    await expect(pool.time(65, 1)).rejects.toThrow(RangeError);
    await pool.close(0);
    await expect(pool.time(1, 1)).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
  });

  it('fails when it takes longer than a call may', async () => {
    const pool = await startedPool({ callMsMax: 100 });
    await expect(pool.time(64, 1_000_000)).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
  });
});

describe('an order to infer', () => {
  it('is split into batches that are warm', async () => {
    const pool = await startedPool();
    const views = Array.from({ length: 2 * WARM_BATCH + 3 }, (_, shade) => new Uint8Array(VIEW_BYTES).fill(shade));
    const { scores } = await pool.infer(views);
    expect(scores.map(([red]) => Math.round((red ?? 0) * 255))).toEqual(views.map((_, shade) => shade));
  });
});

describe('a process that only decodes', () => {
  it('gives views, and the perceptual hash when it is wanted', async () => {
    const decoders = await startedDecoders();
    const path = join(folder, 'transparent');
    const plain = await decoders.prepare(path, { perceptual: false });
    if (plain.answer.image.kind !== 'prepared') throw new Error('a good picture was not prepared');
    expect(plain.answer.image).toMatchObject({ facts: { mediaType: 'image/gif', alpha: true }, perceptual: null });
    expect(plain.answer.image.views.map((view) => [view.length, view[0]])).toEqual([
      [VIEW_BYTES, 255],
      [VIEW_BYTES, 0],
    ]);
    expect(plain.answer.decodeMs).toBeGreaterThan(0);
    const { answer } = await decoders.prepare(path, { perceptual: true });
    expect(answer.image).toMatchObject({ perceptual: { pdq: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  it('rejects what is no picture, and tells bytes that are not there from that', async () => {
    const decoders = await startedDecoders();
    const noPicture = await decoders.prepare(join(folder, TINY, 'model.json'), { perceptual: false });
    expect(noPicture.answer.image).toMatchObject({ kind: 'rejected', code: 'unsupported-media' });
    const missing = decoders.prepare(join(folder, 'nothing'), { perceptual: false });
    await expect(missing).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'io' });
  });

  it('is replaced when it hangs', async () => {
    const decoders = await startedDecoders(300);
    const hanging = decoders.prepare(fifo, { perceptual: false });
    await expect(hanging).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    const next = await decoders.prepare(join(folder, 'transparent'), { perceptual: false });
    expect(next.answer.image.kind).toBe('prepared');
    expect(decoders.state()).toMatchObject({ ready: 1, replaced: 1 });
  });
});
