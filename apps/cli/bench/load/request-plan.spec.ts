import { describe, expect, it } from '@jest/globals';

import { planOf, planRequests, traceOf, type Workload } from './request-plan.js';
import { parseClasses, SIZE_MIXES } from './request-kinds.js';

const WORKLOAD: Workload = {
  arrivals: { kind: 'poisson' },
  sizes: SIZE_MIXES.mix,
  classes: parseClasses('urgent:1,normal:8,bulk:1'),
  seed: 5,
};

const shareOf = (values: Uint8Array, wanted: number): number =>
  values.filter((value) => value === wanted).length / values.length;

describe('the requests of a run', () => {
  it('are the same for the same seed and run, and others for another run', () => {
    const plan = planRequests(WORKLOAD, 100, 10_000, 1);
    expect(planRequests(WORKLOAD, 100, 10_000, 1)).toEqual(plan);
    expect(planRequests(WORKLOAD, 100, 10_000, 2).atMs).not.toEqual(plan.atMs);
  });

  it('have sizes and classes in their shares, at whole milliseconds', () => {
    const { atMs, size, trafficClass } = planRequests(WORKLOAD, 500, 20_000, 1);
    expect(atMs.every(Number.isInteger)).toBe(true);
    expect(shareOf(size, 1)).toBeCloseTo(0.2, 1);
    expect([0, 1, 2].map((index) => Math.round(shareOf(trafficClass, index) * 10))).toEqual([1, 8, 1]);
  });

  it('of a trace are those of the trace, again and again', () => {
    const recorded = [
      { atMs: 0, size: '640', class: 'urgent' },
      { atMs: 5, size: '2mp', class: 'bulk' },
    ] as const;
    const arrivals = { kind: 'replay', atMs: recorded.map(({ atMs }) => atMs) } as const;
    const plan = planRequests({ ...WORKLOAD, arrivals, recorded }, 200, 20, 1);
    expect(traceOf(plan)).toEqual([
      { atMs: 0, size: '640', class: 'urgent' },
      { atMs: 5, size: '2mp', class: 'bulk' },
      { atMs: 10, size: '640', class: 'urgent' },
      { atMs: 15, size: '2mp', class: 'bulk' },
    ]);
    expect(planOf(traceOf(plan))).toEqual(plan);
  });

  it('cannot be none', () => {
    expect(() => planOf([])).toThrow(RangeError);
  });
});
