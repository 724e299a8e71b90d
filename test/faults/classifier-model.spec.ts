import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ClassifierPool } from '#inference/classifier/pool.js';
import type { ClassifierPoolOptions } from '#inference/classifier/pool-options.js';
import type { HostOptions } from '#inference/classifier/host-options.js';
import { build } from '../support/built.js';
import { onLinux } from '../support/on-linux.js';
import { makeHangingFile } from './fixtures/hanging-file.js';
import { TINY, TINY_CLASSES, writeTinyModel, type TinyKind } from './fixtures/tiny-model.js';

/** Forked processes are plain Node and run what is built. */
const entry = (await build())('apps/upload/classifier-process.js');

/** One transparent pixel, which is scored on white and on black. */
const TRANSPARENT_GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
/** One pixel each. */
const BLACK_GIF = 'R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=';
const WHITE_GIF = 'R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=';

const ON_WHITE = [1, 1, 1];
const ON_BLACK = [0, 0, 0];

const pools: ClassifierPool[] = [];
const fifo = makeHangingFile();
let folder = '';
const file = (name: string) => join(folder, name);

function makePool(options: Partial<ClassifierPoolOptions> = {}, host: Partial<HostOptions> = {}): ClassifierPool {
  const pool = new ClassifierPool({
    entry,
    host: {
      modelRoot: file('mean'),
      modelRef: TINY,
      threads: 1,
      inferenceBatch: 1,
      decodeAhead: 2,
      imageLimits: { pixelsMax: 1_000_000, framesMax: 10 },
      nice: 0,
      ...host,
    },
    processes: 1,
    inFlightPerProcess: 1,
    queueMax: 10,
    callMsMax: 10_000,
    rssBytesMax: 1_000_000_000,
    ...options,
  });
  pools.push(pool);
  return pool;
}

const classify = async (pool: ClassifierPool, names: readonly string[]) =>
  (await pool.classify(names.map((name) => ({ path: file(name) })))).outcomes;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-model-'));
  await writeFile(file('transparent'), Buffer.from(TRANSPARENT_GIF, 'base64'));
  await writeFile(file('black'), Buffer.from(BLACK_GIF, 'base64'));
  await writeFile(file('white'), Buffer.from(WHITE_GIF, 'base64'));
  await writeFile(file('text'), 'no image at all');
  for (const kind of ['mean', 'fragile', 'broken'] satisfies TinyKind[]) await writeTinyModel(file(kind), kind);
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close(0);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(dirname(fifo), { recursive: true });
});

describe('a real classifier process', () => {
  it('says what it serves and how long its batch sizes take', async () => {
    const pool = makePool({}, { inferenceBatch: 3 });
    const model = await pool.start();
    expect(model).toMatchObject({ id: TINY, classes: TINY_CLASSES, preprocessing: { size: 16, framesScoredMax: 3 } });
    expect(model.labels).toEqual(['neutral', 'sexual.explicit', 'sexual.suggestive']);
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(pool.warmUp.map(({ batch }) => batch)).toEqual([1, 2, 3]);
    expect(pool.warmUp.every(({ firstMs, steadyMs }) => firstMs > 0 && steadyMs > 0)).toBe(true);
  });

  it.each([1, 2, 8])(
    'scores every view in order, %d at a time, and rejects what is no image',
    async (inferenceBatch) => {
      const pool = makePool({ inFlightPerProcess: 2 }, { inferenceBatch });
      await pool.start();
      const names = ['transparent', 'text', 'black', 'white', 'transparent'];
      const answers = await Promise.all([classify(pool, names), classify(pool, names)]);
      for (const outcomes of answers) {
        expect(outcomes).toMatchObject([
          { kind: 'scored', facts: { mediaType: 'image/gif', alpha: true }, views: [ON_WHITE, ON_BLACK] },
          { kind: 'rejected', code: 'unsupported-media' },
          { kind: 'scored', facts: { mediaType: 'image/gif', alpha: false }, views: [ON_BLACK] },
          { kind: 'scored', views: [ON_WHITE] },
          { kind: 'scored', views: [ON_WHITE, ON_BLACK] },
        ]);
        const scored = outcomes.filter((outcome) => outcome.kind === 'scored');
        expect(scored.every(({ decodeMs, inferenceMs }) => decodeMs > 0 && inferenceMs > 0)).toBe(true);
      }
    },
  );

  it('fails a call whose bytes are not there, and goes on', async () => {
    const pool = makePool();
    await pool.start();
    await expect(classify(pool, ['black', 'nothing'])).rejects.toMatchObject({
      name: 'ClassifierFailed',
      reason: 'io',
      detail: expect.stringMatching(/ENOENT.*\/nothing/),
    });
    expect(await classify(pool, ['black'])).toMatchObject([{ kind: 'scored' }]);
    expect(pool.state()).toMatchObject({ ready: 1, replaced: 0 });
  });

  it('is killed when a thread of it hangs while it reads, and replaced', async () => {
    const pool = makePool({ callMsMax: 500 });
    await pool.start();
    const hanging = pool.classify([{ path: fifo }]);
    await expect(hanging).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    expect(await classify(pool, ['black'])).toMatchObject([{ kind: 'scored' }]);
    expect(pool.state()).toMatchObject({ ready: 1, replaced: 1 });
  });

  onLinux('stands behind the service with every thread, and knows nothing of its environment', async () => {
    const pids: number[] = [];
    const pool = makePool({ onEvent: ({ pid }) => pids.push(pid ?? 0) }, { nice: 7 });
    await pool.start();
    expect(await classify(pool, ['black'])).toMatchObject([{ kind: 'scored' }]);
    const home = `/proc/${pids[0] ?? 0}`;
    const threads = readdirSync(`${home}/task`);
    expect(threads.length).toBeGreaterThan(1);
    expect(new Set(threads.map((thread) => niceOf(`${home}/task/${thread}/stat`)))).toEqual(new Set([7]));
    expect(readFileSync(`${home}/environ`, 'utf8')).not.toContain('PATH=');
  });
});

describe('a model that must not be served', () => {
  const faults: [string, TinyKind, (model: string) => Promise<void>, RegExp][] = [
    ['is cut', 'mean', (model) => truncate(model, 100), /model\.onnx: has 100 bytes, model\.json says \d+$/],
    [
      'is another',
      'mean',
      (model) => flipByte(model),
      /model\.onnx: has SHA-256 [0-9a-f]+, model\.json says [0-9a-f]+$/,
    ],
    [
      'has another shape',
      'mean',
      (model) => claimFeatures(model, 4),
      /model\.onnx: output `mean` has shape \[.*expected/,
    ],
    ['is not there', 'mean', (model) => rm(model), /model\.onnx: is missing/],
    ['answers with no numbers', 'broken', () => Promise.resolve(), /tiny\/1\.0\.0 answered NaN/],
  ];

  it.each(faults)('because it %s is refused in words', async (_fault, kind, spoil, message) => {
    const modelRoot = await mkdtemp(join(folder, 'spoilt-'));
    await spoil(await writeTinyModel(modelRoot, kind));
    await expect(makePool({ processes: 2 }, { modelRoot }).start()).rejects.toMatchObject({
      name: 'ClassifierRefused',
      message: expect.stringMatching(message),
    });
  });

  it('because it takes too much memory is refused in words', async () => {
    await expect(makePool({ rssBytesMax: 50_000_000 }).start()).rejects.toMatchObject({
      name: 'ClassifierRefused',
      message: expect.stringMatching(/\(memory\): \d+ MB resident, limit 50 MB$/),
    });
  });

  it('for one image is served for the others', async () => {
    const pool = makePool({}, { modelRoot: file('fragile') });
    await pool.start();
    await expect(classify(pool, ['black'])).rejects.toMatchObject({
      name: 'ClassifierFailed',
      reason: 'invalid-output',
      detail: expect.stringContaining('answered NaN'),
    });
    expect(await classify(pool, ['white'])).toMatchObject([{ kind: 'scored', views: [ON_WHITE] }]);
    expect(pool.state()).toMatchObject({ ready: 1, replaced: 0 });
  });

  it('while it is the successor leaves the one that serves in its place', async () => {
    const modelRoot = await mkdtemp(join(folder, 'exchanged-'));
    const model = await writeTinyModel(modelRoot, 'mean');
    const deaths: string[] = [];
    const pool = makePool(
      {
        processes: 2,
        callMsMax: 500,
        onEvent: (event) => event.kind === 'died' && deaths.push(`${event.reason}: ${event.detail}`),
      },
      { modelRoot },
    );
    await pool.start();
    await flipByte(model);
    await expect(pool.classify([{ path: fifo }])).rejects.toMatchObject({ reason: 'timeout' });
    const answers = () => classify(pool, ['white']);
    while (!deaths.some((death) => death.startsWith('refused'))) {
      expect(await answers()).toMatchObject([{ kind: 'scored', views: [ON_WHITE] }]);
    }
    expect(deaths[1]).toMatch(/^refused: .*model\.onnx: has SHA-256/);
    expect(await answers()).toMatchObject([{ kind: 'scored' }]);
    expect(pool.state().ready).toBe(1);
  });
});

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function claimFeatures(model: string, width: number): Promise<void> {
  const manifest = join(dirname(model), 'model.json');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"width":3', `"width":${width}`));
}

/** The 19th field; the second is the name in brackets, which may hold blanks. */
const niceOf = (stat: string): number => Number(readFileSync(stat, 'utf8').split(') ')[1]?.split(' ')[16]);
