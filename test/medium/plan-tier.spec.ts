import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StartRefused } from '#contracts/errors.js';
import { drawSample } from '#imaging/draw-samples.js';
import { planTier } from '#inference/plan/plan-tier.js';
import type { PlanOptions } from '#inference/plan/plan-options.js';
import { shapesFor } from '#moderation/capacity/plan-shapes.js';
import { TINY, writeTinyModel } from '../faults/fixtures/tiny-model.js';
import { build } from '../support/built.js';

/** Forked processes are plain Node and run what is built. */
const built = await build();
/** Batches of 1, 2, 4, 8 and 16. */
const BUCKETS = 5;
const SWEEP_MS_MAX = 60_000;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'portcullis-test-plan-'));
  const file = await writeTinyModel(join(home, 'models'), 'mean');
  await addInt8Variant(file);
});
afterAll(() => rm(home, { recursive: true }));

/** The same bytes under another name, called an int8 variant. */
async function addInt8Variant(file: string): Promise<void> {
  const folder = join(home, 'models', 'tiny_int8/1.0.0');
  const manifest: unknown = JSON.parse(await readFile(join(file, '../model.json'), 'utf8'));
  const agreement = { views: 10, top1: 1, p95: 0, max: 0 };
  const variant = { of: TINY, kind: 'int8', agreement };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), await readFile(file));
  await writeFile(join(folder, 'model.json'), JSON.stringify({ ...(manifest as object), name: 'tiny_int8', variant }));
}

const optionsFor = (more: Partial<PlanOptions> = {}): PlanOptions => ({
  tier: 'fast',
  entry: built('apps/upload/classifier-process.js'),
  modelRoot: join(home, 'models'),
  model: TINY,
  variant: 'f32',
  processes: 0,
  threads: 0,
  batchMax: 0,
  sloMs: 60_000,
  callMsMax: 20_000,
  rssBytesMax: 1e9,
  nice: 0,
  imageLimits: { pixelsMax: 1_000_000, framesMax: 20 },
  folder: join(home, 'plans'),
  draw: (index) => drawSample(index, { width: 64, height: 48 }),
  ...more,
});

describe('a plan of the fast tier', () => {
  it(
    'is measured, says why, is kept, and is measured again only when it must be',
    async () => {
      const steps: [number, number][] = [];
      const plan = await planTier(optionsFor({ onProgress: (done, total) => steps.push([done, total]) }));

      expect(plan.cached).toBe(false);
      expect(plan.candidates).toMatchObject([{ modelRef: TINY, kind: 'f32', used: true, reason: 'f32 is set' }]);
      const { workers, threads, batchMax, serviceTimes } = plan.chosen;
      expect(workers * threads).toBeLessThanOrEqual(Math.max(1, Math.floor(plan.machine.cores)));
      expect(serviceTimes.at(-1)?.batch).toBe(batchMax);
      for (const { inference, service, rssBytes } of plan.rows) {
        expect(inference.n).toBeGreaterThanOrEqual(2);
        expect(inference.p95Ms).toBeGreaterThanOrEqual(inference.p50Ms);
        expect(service.p50Ms).toBeGreaterThan(0);
        expect(rssBytes).toBeGreaterThan(1e7);
      }
      // every point but the chosen one has its reason
      const rejected = plan.rejected.map((point) => `${point.workers} × ${point.threads}, ${point.batch}`);
      expect(plan.rejected.every(({ reason }) => reason !== '')).toBe(true);
      expect(new Set(rejected).size).toBe(rejected.length);
      const shapes = shapesFor(plan.machine.cores, { workers: 0, threads: 0 });
      expect(rejected).toHaveLength(shapes.length * BUCKETS - 1);
      expect(steps[0]?.[0]).toBe(0);
      expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);

      expect(await planTier(optionsFor({ draw: () => Promise.reject(new Error('was measured again')) }))).toEqual({
        ...plan,
        cached: true,
      });
      const [name = ''] = await readdir(join(home, 'plans'));
      await writeFile(join(home, 'plans', name), '{"tier":');
      expect((await planTier(optionsFor())).cached).toBe(false);
    },
    SWEEP_MS_MAX,
  );

  it(
    'keeps to what is set',
    async () => {
      const plan = await planTier(optionsFor({ processes: 2, threads: 1, batchMax: 3 }));
      expect(plan.chosen).toMatchObject({ workers: 2, threads: 1, batchMax: 3 });
      expect(plan.chosen.serviceTimes.map(({ batch }) => batch)).toEqual([1, 2, 3]);
      expect(plan.rows.every(({ serviceMeasured }) => serviceMeasured)).toBe(true);
    },
    SWEEP_MS_MAX,
  );

  it(
    'is refused with a batch over the promise',
    async () => {
      const refused = planTier(optionsFor({ processes: 1, threads: 1, batchMax: 8, sloMs: 0.01 }));
      await expect(refused).rejects.toThrow(StartRefused);
      await expect(refused).rejects.toThrow(
        /^FAST_BATCH_MAX=8 cannot be served on this machine: twice its .* is .*, more than the promised .*; no batch is legal$/,
      );
    },
    SWEEP_MS_MAX,
  );

  it('ends when it is told to', async () => {
    const told = planTier(optionsFor({ fresh: true, signal: AbortSignal.abort(new Error('enough')) }));
    await expect(told).rejects.toThrow('enough');
  });

  it('is refused for a model that is not there', async () => {
    await expect(planTier(optionsFor({ model: 'tiny/9.9.9' }))).rejects.toThrow('is missing');
  });
});

describe('an int8 variant', () => {
  it.each<[PlanOptions['variant'], number]>([
    ['auto', 2],
    ['int8', 1],
  ])(
    'is looked at when the variant is %s',
    async (variant, candidates) => {
      const plan = await planTier(optionsFor({ variant, processes: 1, threads: 1, batchMax: 1 }));
      expect(plan.candidates).toHaveLength(candidates);
      const used = plan.candidates.filter((candidate) => candidate.used);
      expect(used.map(({ modelRef }) => modelRef)).toEqual([plan.chosen.modelRef]);
      if (variant === 'int8') expect(plan.chosen.modelRef).toBe('tiny_int8/1.0.0');
      else expect(plan.candidates[1]).toMatchObject({ kind: 'int8', agreement: { top1: 1, p95: 0, max: 0 } });
    },
    SWEEP_MS_MAX,
  );

  it(
    'is looked at for the heavy tier at its batch',
    async () => {
      const heavy = optionsFor({ tier: 'heavy', variant: 'auto', processes: 1, threads: 1, batchMax: 4, sloMs: null });
      const plan = await planTier(heavy);
      expect(plan.rows.map(({ batch }) => batch)).toEqual([1, 4]);
      expect(plan.chosen).toMatchObject({ workers: 1, threads: 1, batchMax: 4 });
    },
    SWEEP_MS_MAX,
  );

  it(
    'is not used when its file is damaged, and is refused when it is set',
    async () => {
      const file = join(home, 'models', 'tiny_int8/1.0.0/model.onnx');
      const whole = await readFile(file);
      await writeFile(file, whole.subarray(0, -1));
      const fixed = { processes: 1, threads: 1, batchMax: 2 } as const;
      const plan = await planTier(optionsFor({ variant: 'auto', ...fixed }));
      expect(plan.candidates).toMatchObject([{ modelRef: TINY, reason: expect.stringContaining('cannot be served') }]);
      await expect(planTier(optionsFor({ variant: 'int8', ...fixed }))).rejects.toThrow('bytes');
      await writeFile(file, whole);
    },
    SWEEP_MS_MAX,
  );
});
