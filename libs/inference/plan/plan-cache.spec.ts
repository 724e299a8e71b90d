import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Plan } from '#contracts/plan-answer.js';
import { keepPlan, keptPlan } from './plan-cache.js';
import { planKey } from './plan-key.js';
import type { PlanModels } from './plan-models.js';
import type { PlanOptions } from './plan-options.js';

const KEY = 'ab'.repeat(16);
const TIMES = { n: 4, p50Ms: 5.5, p95Ms: 6 };
const POINT = { workers: 2, threads: 1, batch: 1 };
const SHA256 = 'c0'.repeat(32);

const PLAN: Plan = {
  tier: 'fast',
  machine: {
    cpu: 'a processor',
    cores: 1.5,
    coresReason: 'a quota',
    memoryBytes: 8e9,
    node: '20.20.2',
    onnxruntime: '1.30.0',
  },
  sloMs: 300,
  candidates: [
    { modelRef: 'm/1.0.0', sha256: SHA256, kind: 'f32', inference: TIMES, agreement: null, used: true, reason: 'why' },
    {
      modelRef: 'm_int8/1.0.0',
      sha256: SHA256,
      kind: 'int8',
      inference: null,
      agreement: { views: 9, top1: 1, p95: 0.01, max: 0.02 },
      used: false,
      reason: 'why not',
    },
  ],
  rows: [{ ...POINT, inference: TIMES, service: TIMES, serviceMeasured: true, perSecond: 200, rssBytes: 3e8 }],
  chosen: {
    modelRef: 'm/1.0.0',
    workers: 2,
    threads: 1,
    batchMax: 1,
    capacityPerSecond: 200,
    serviceTimes: [{ batch: 1, p95Ms: 6 }],
    reason: 'most capacity',
  },
  rejected: [{ ...POINT, batch: 2, reason: 'gains nothing' }],
  loadBefore: 0.5,
  measuredAt: '2026-11-22T05:32:57.165Z',
  tookMs: 2411,
  cached: false,
};

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'portcullis-plans-')), 'plans');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

describe('a plan that is kept', () => {
  it('is read as it was, also by a tier without a promise', async () => {
    for (const plan of [PLAN, { ...PLAN, sloMs: null }]) {
      await keepPlan(folder, KEY, plan);
      expect(await keptPlan(folder, KEY)).toEqual(plan);
    }
    expect(await readdir(folder)).toEqual([`${KEY}.json`]);
  });

  it('is none where none was kept', async () => {
    expect(await keptPlan(folder, KEY)).toBeUndefined();
  });

  it.each<[string, string]>([
    ['empty', ''],
    ['cut off', JSON.stringify(PLAN).slice(0, -40)],
    ['no plan', '[]'],
    ['without a choice', JSON.stringify({ ...PLAN, chosen: undefined })],
    ['of no worker', JSON.stringify({ ...PLAN, chosen: { ...PLAN.chosen, workers: 0 } })],
    [
      'of a time below 0',
      JSON.stringify({ ...PLAN, chosen: { ...PLAN.chosen, serviceTimes: [{ batch: 1, p95Ms: -1 }] } }),
    ],
    ['without service times', JSON.stringify({ ...PLAN, chosen: { ...PLAN.chosen, serviceTimes: [] } })],
    ['of a model that is not used', JSON.stringify({ ...PLAN, chosen: { ...PLAN.chosen, modelRef: 'm_int8/1.0.0' } })],
  ])('is not believed when it is %s', async (_, text) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${KEY}.json`), text);
    expect(await keptPlan(folder, KEY)).toBeUndefined();
    await keepPlan(folder, KEY, PLAN);
    expect(await keptPlan(folder, KEY)).toEqual(PLAN);
  });

  it('pushes out the oldest when there are many', async () => {
    await mkdir(folder, { recursive: true });
    for (let age = 1; age <= 40; age += 1) {
      const file = join(folder, `old-${age}.json`);
      await writeFile(file, '{}');
      await utimes(file, 1_000_000 - age, 1_000_000 - age);
    }
    await keepPlan(folder, KEY, PLAN);
    const names = await readdir(folder);
    expect(names).toHaveLength(32);
    expect(names).toContain(`${KEY}.json`);
    expect(names).toContain('old-31.json');
    expect(names).not.toContain('old-32.json');
  });
});

describe('the key of a plan', () => {
  const options: PlanOptions = {
    tier: 'fast',
    entry: 'entry.js',
    modelRoot: '/models',
    model: 'm/1.0.0',
    variant: 'auto',
    processes: 0,
    threads: 0,
    batchMax: 0,
    sloMs: 300,
    callMsMax: 10_000,
    rssBytesMax: 1e9,
    nice: 0,
    imageLimits: { pixelsMax: 1, framesMax: 1 },
    folder: '/plans',
    draw: () => Promise.reject(new Error('draws nothing')),
  };
  const models: PlanModels = { base: { modelRef: 'm/1.0.0', sha256: SHA256 }, int8: undefined };
  const key = planKey(options, PLAN.machine, models);

  it('is the same whatever does not matter', () => {
    expect(planKey({ ...options, entry: 'other.js', fresh: true, folder: '/else' }, PLAN.machine, models)).toBe(key);
    expect(planKey(options, { ...PLAN.machine, memoryBytes: 7.9e9, coresReason: 'said otherwise' }, models)).toBe(key);
  });

  it.each<[string, Partial<PlanOptions>]>([
    ['tier', { tier: 'heavy' }],
    ['variant', { variant: 'f32' }],
    ['processes', { processes: 1 }],
    ['threads', { threads: 1 }],
    ['batch', { batchMax: 1 }],
    ['promise', { sloMs: 301 }],
    ['memory limit', { rssBytesMax: 2e9 }],
  ])('is another for another %s', (_, change) => {
    expect(planKey({ ...options, ...change }, PLAN.machine, models)).not.toBe(key);
  });

  it('is another on another machine and for other bytes of a model', () => {
    for (const change of [{ cpu: 'another' }, { cores: 2 }, { memoryBytes: 16e9 }, { onnxruntime: '1.31.0' }]) {
      expect(planKey(options, { ...PLAN.machine, ...change }, models)).not.toBe(key);
    }
    const changed = { ...models, base: { ...models.base, sha256: '00'.repeat(32) } };
    expect(planKey(options, PLAN.machine, changed)).not.toBe(key);
  });
});
