import { describe, expect, it } from '@jest/globals';

import { OUTCOMES, type Outcome, type RunLog } from './run-log.js';
import { summariseRun, type RunSummary } from './summarise-run.js';
import { verdictOf } from './verdict.js';

const LIMITS = { sloMs: 300, lagMsMax: 10 };

/** One request every 10 ms. */
function runOf(requests: readonly (readonly [Outcome, number])[], lagMs = 0): { atMs: Float64Array; log: RunLog } {
  return {
    atMs: Float64Array.from(requests, (_, index) => index * 10),
    log: {
      latencyMs: Float64Array.from(requests, ([, ms]) => ms),
      lagMs: new Float64Array(requests.length).fill(lagMs),
      outcome: Uint8Array.from(requests, ([outcome]) => OUTCOMES.indexOf(outcome)),
      failures: {},
      cpuMs: requests.length / 4,
    },
  };
}

const summaryOf = (requests: readonly (readonly [Outcome, number])[], lagMs = 0): RunSummary => {
  const { atMs, log } = runOf(requests, lagMs);
  return summariseRun(atMs, log, { fromMs: 0, toMs: requests.length * 10 }, LIMITS);
};

const times = (count: number, outcome: Outcome, ms: number): [Outcome, number][] =>
  Array.from({ length: count }, () => [outcome, ms]);

describe('a summary of a run', () => {
  it('counts by outcome, and latency by what it is the latency of', () => {
    const summary = summaryOf([
      ...times(80, 'decided', 20),
      ...times(10, 'decided', 400),
      ...times(6, 'shed', 4),
      ...times(2, 'refused', 2),
      ...times(2, 'failed', Number.NaN),
    ]);
    expect(summary).toMatchObject({
      offeredPerSecond: 100,
      seconds: 1,
      requests: 100,
      outcomes: { decided: 90, shed: 6, refused: 2, failed: 2 },
      decidedShare: 0.9,
      goodputPerSecond: 80,
      latencyMs: { count: 90, p50: 20, p95: 400 },
      shedMs: { count: 8, p50: 4, p95: 4 },
      generatorCpuMs: 0.25,
      isValid: true,
    });
  });

  it('leaves out what was sent to warm up', () => {
    const { atMs, log } = runOf([...times(50, 'failed', Number.NaN), ...times(50, 'decided', 20)]);
    const { requests, outcomes, offeredPerSecond } = summariseRun(atMs, log, { fromMs: 500, toMs: 1_000 }, LIMITS);
    expect({ requests, outcomes, offeredPerSecond }).toEqual({
      requests: 50,
      outcomes: { decided: 50, shed: 0, refused: 0, failed: 0 },
      offeredPerSecond: 100,
    });
  });
});

describe('the promise', () => {
  it.each([
    ['holds when nearly all are decided in time', [...times(99, 'decided', 299), ...times(1, 'shed', 3)], 0, 'held'],
    [
      'does not hold when more than one of a hundred is shed',
      [...times(98, 'decided', 9), ...times(2, 'shed', 3)],
      0,
      'failed',
    ],
    [
      'does not hold when six of a hundred are late',
      [...times(94, 'decided', 9), ...times(6, 'decided', 301)],
      0,
      'failed',
    ],
    ['is not tested by a generator that is late', times(100, 'decided', 9), 11, 'unknown'],
    ['does not hold when nothing is decided', times(100, 'failed', Number.NaN), 0, 'failed'],
  ] as const)('%s', (_, requests, lagMs, expected) => {
    expect(verdictOf(summaryOf(requests, lagMs), LIMITS.sloMs)).toBe(expected);
  });
});
