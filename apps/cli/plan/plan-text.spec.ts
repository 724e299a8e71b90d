import { describe, expect, it } from '@jest/globals';

import type { Plan, PlanRow } from '#contracts/plan-answer.js';

import { planText } from './plan-text.js';

const TIMES = { n: 20, p50Ms: 5.54, p95Ms: 5.82 };

const row = (workers: number, batch: number, more: Partial<PlanRow> = {}): PlanRow => ({
  workers,
  threads: 1,
  batch,
  inference: TIMES,
  service: { n: 10, p50Ms: 10.14, p95Ms: 111.6 },
  serviceMeasured: true,
  perSecond: 197.2,
  rssBytes: 312e6,
  ...more,
});

const PLAN: Plan = {
  tier: 'fast',
  machine: {
    cpu: 'a processor',
    cores: 2,
    coresReason: 'a reason',
    memoryBytes: 2 ** 34,
    node: '20.20.2',
    onnxruntime: '1.30.0',
  },
  sloMs: 300,
  candidates: [
    { modelRef: 'm/1.0.0', sha256: '', kind: 'f32', inference: TIMES, agreement: null, used: false, reason: 'slower' },
    {
      modelRef: 'm_int8/1.0.0',
      sha256: '',
      kind: 'int8',
      inference: TIMES,
      agreement: { views: 11, top1: 1, p95: 0.0259, max: 0.0259 },
      used: true,
      reason: 'faster',
    },
  ],
  rows: [row(2, 1), row(2, 2, { serviceMeasured: false })],
  chosen: {
    modelRef: 'm_int8/1.0.0',
    workers: 2,
    threads: 1,
    batchMax: 1,
    capacityPerSecond: 197.2,
    serviceTimes: [{ batch: 1, p95Ms: 111.6 }],
    reason: 'most capacity',
  },
  rejected: [
    { workers: 2, threads: 1, batch: 2, reason: 'gains nothing' },
    { workers: 1, threads: 1, batch: 1, reason: 'not measured' },
    { workers: 1, threads: 1, batch: 2, reason: 'not measured' },
  ],
  loadBefore: 0.1,
  measuredAt: '2026-11-22T05:32:57.165Z',
  tookMs: 2411,
  cached: false,
};

describe('a plan in words', () => {
  it('has the table, the choice and every reason', () => {
    expect(planText(PLAN)).toBe(`\
The fast tier on a processor, 2 cores (a reason), 16.0 GB, Node 20.20.2, ONNX Runtime 1.30.0.
A decision is promised within 300 ms.

| processes × threads | batch |     run p50 | run p95 |    served p50 | served p95 | images/s | memory |
| ------------------- | ----: | ----------: | ------: | ------------: | ---------: | -------: | -----: |
| > 2 × 1             |     1 | 5.5 ms (20) |  5.8 ms |  10.1 ms (10) |     112 ms |    197.2 | 312 MB |
| 2 × 1               |     2 | 5.5 ms (20) |  5.8 ms | ~10.1 ms (10) |    ~112 ms |    197.2 | 312 MB |

All processes work at the same time; a run is inference of one batch, served is decode and inference of it.
~ put together of the decode of single pictures and the measured run.
In brackets the number of runs. > is chosen.

Does not serve: m/1.0.0 (f32, run p50 5.5 ms, p95 5.8 ms of 20): slower.
Serves: m_int8/1.0.0 (int8, run p50 5.5 ms, p95 5.8 ms of 20, first class as f32 in 100 % of 11 views, p95 |Δp| 0.026): faster.
Chosen: 2 processes of 1 thread, batches of up to 1: most capacity.
Not chosen:
- 2 × 1, batch 2: gains nothing
- 1 × 1, batch 1, 2: not measured

Measured 2026-11-22T05:32:57.165Z in 2.4 s.
`);
  });

  it('says when it was kept, when the machine was busy, and nothing of a promise that is not made', () => {
    const text = planText({ ...PLAN, sloMs: null, cached: true, loadBefore: 2.5 });
    expect(text).toContain('in 2.4 s, and kept since.\nThe machine was busy then (load 2.5)');
    expect(text).not.toContain('promised');
    expect(text).not.toContain('HEAVY_BATCH_SIZE');
  });

  it('of the heavy tier says how many assets are worth a batch', () => {
    // 20 ms shared by 1, 2, 4, 8: 131.6, 121.6, 116.6, 114.1 ms an image
    expect(planText({ ...PLAN, tier: 'heavy' })).toContain('together: 4 assets unless HEAVY_BATCH_SIZE or a schedule');
  });
});
