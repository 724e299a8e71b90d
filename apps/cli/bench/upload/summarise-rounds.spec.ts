import { describe, expect, it } from '@jest/globals';

import type { LoopResult } from './closed-loop.js';
import type { OurLeg, Round } from './measure-rounds.js';
import { cpuMsOf, summariseRounds } from './summarise-rounds.js';

const spread = { count: 1, min: 1, p50: 1, p95: 1, p99: 1, max: 1 };
const loop = (uploads: number, perSecond: number, faults: Record<string, number> = {}): LoopResult => ({
  uploads,
  perSecond,
  latencyMs: spread,
  faults,
  outcomes: [{ ms: 4 }],
});
const leg = (uploads: number, perSecond: number, serviceMs: number): OurLeg => ({
  loop: loop(uploads, perSecond),
  loopDelay: { rawP99Ms: 12, p99Ms: 2 },
  cpuMs: { service: serviceMs, classifiers: 700, postgres: 100, client: 5_000 },
});
const round = (more: Partial<Round> = {}): Round => ({
  size: '640 px',
  ours: leg(100, 100, 200),
  banked: leg(100, 90, 300),
  peers: { nsfwjs: loop(10, 10), transformers: loop(50, 50, { 'status 500': 2 }) },
  bare: { perSecond: 200, cpuMs: 8 },
  ...more,
});

describe('rounds of one size', () => {
  it('cost what service, classifiers and database take, over those uploads, beside the bare work of the same round', () => {
    const slow = { bare: { perSecond: 100, cpuMs: 5 } };
    const { cost } = summariseRounds([round(), round(slow), round()]);
    expect(cost).toEqual({ uploadMs: 10, bareMs: 8, ratio: 1.25, bankMoreMs: 1, bankedFaults: 0 });
  });

  it('are held against each peer in the same round', () => {
    const { peers, perSecond } = summariseRounds([round(), round({ peers: { nsfwjs: loop(5, 5) } }), round()]);
    expect(perSecond).toBe(100);
    expect(peers).toEqual({
      nsfwjs: { perSecond: 10, times: 10, faults: 0 },
      transformers: { perSecond: 50, times: 2, faults: 4 },
    });
  });

  it('have no figure where nothing tells it, or nobody took part', () => {
    const untold = { ...leg(100, 100, 0), cpuMs: undefined };
    const { cost, peers, cpuMsPerUpload } = summariseRounds([round({ ours: untold, peers: {} })]);
    expect({ cost, peers, cpuMsPerUpload }).toMatchObject({
      cost: { uploadMs: null, ratio: null, bankMoreMs: null },
      peers: {},
      cpuMsPerUpload: null,
    });
  });

  it('count failed uploads among those that cost', () => {
    expect(cpuMsOf({ ...leg(50, 50, 200), loop: loop(50, 50, { 'status 503': 50 }) })).toBe(10);
  });
});
