import { describe, expect, it } from '@jest/globals';
import { format } from 'prettier';

import { parseClasses } from '../load/request-kinds.js';
import { summariseRun } from '../load/summarise-run.js';
import { describeMachine } from '../machine.js';
import { reportAsMarkdown } from '../report.js';
import type { SoakMeasurements } from './soak-measurements.js';
import type { SoakBenchOptions } from './soak-options.js';
import { soakResult } from './soak-result.js';

const OPTIONS: SoakBenchOptions = {
  size: '640',
  classes: parseClasses('normal'),
  arrivals: 'poisson',
  burst: { onMs: 200, offMs: 300 },
  seed: 3,
  slo: 300,
  lag: 10,
  allowRemote: false,
  withBatch: false,
  minutes: 10,
  share: 70,
  out: 'reports',
};

/** Ten minutes at ten uploads a second, every one of which took `latencyMs`; memory grows by so much a minute. */
function soaked(latencyMs: number, mbPerMinute: number): SoakMeasurements {
  const atMs = Float64Array.from({ length: 6_000 }, (_, index) => index * 100);
  const log = {
    latencyMs: new Float64Array(atMs.length).fill(latencyMs),
    lagMs: new Float64Array(atMs.length),
    outcome: new Uint8Array(atMs.length),
    failures: {},
    cpuMs: 600,
  };
  const summary = (fromMs: number, toMs: number) =>
    summariseRun(atMs, log, { fromMs, toMs }, { sloMs: 300, lagMsMax: 10 });
  const minutes = Array.from({ length: 60 }, (_, index) => index * 10_000);
  return {
    capacity: 15,
    perSecond: 10,
    whole: summary(0, 600_000),
    windows: minutes.map((fromMs) => ({ fromMs, summary: summary(fromMs, fromMs + 10_000) })),
    cpuMs: { service: 12_000, generator: 600 },
    samples: minutes.map((ms, index) => ({
      atMs: ms,
      rssMb: 400 + mbPerMinute * (ms / 60_000) + (index % 3),
      files: 90,
    })),
    delays: minutes.map((atMsOfLook) => ({ atMs: atMsOfLook, ms: 3 })),
  };
}

const memoryOf = (options: SoakBenchOptions, measured: SoakMeasurements): number | null | undefined =>
  soakResult(options, measured, undefined).promised[0]?.measured;

describe('the report of a soak', () => {
  it('tells flat memory from memory that grows', () => {
    expect(memoryOf(OPTIONS, soaked(20, 0))).toBeCloseTo(0, 1);
    // 4 MB a minute of some 420 MB are 9.4 % in ten minutes
    expect(memoryOf(OPTIONS, soaked(20, 4))).toBeCloseTo(9.4, 0);
    expect(memoryOf({ ...OPTIONS, minutes: 2 }, soaked(20, 0))).toBeNull();
  });

  it('promises other things of an overload, and goes by another name', () => {
    const steady = soakResult(OPTIONS, soaked(20, 0), undefined);
    const overload = soakResult({ ...OPTIONS, overload: 5 }, soaked(20, 0), undefined);
    expect([steady.name, overload.name]).toEqual(['soak', 'soak-overload']);
    expect(steady.promised.map(({ what }) => what)).not.toContain('sheds answered, p95');
    expect(overload.promised.map(({ what }) => what)).toContain('sheds answered, p95');
    expect(overload.promised.map(({ what }) => what)).not.toContain('uploads decided by the fast tier');
  });

  it('promises that below the capacity the fast tier decides what comes', () => {
    const soak = soaked(20, 0);
    const measured = { ...soak, whole: { ...soak.whole, decidedShare: 0.828 } };
    const row = soakResult(OPTIONS, measured, undefined).promised.find(({ what }) => what.includes('fast tier'));
    expect(row).toMatchObject({ bound: 'at least', limit: 99, unit: '%', measured: 82.8 });
  });

  it('is written as prettier writes it, with a comparison', async () => {
    const earlier = { date: '2026-01-02', machine: 'An abacus', figures: { 'p95 (ms)': 10, 'memory (MB)': 400 } };
    const result = soakResult(OPTIONS, soaked(20, 0), earlier);
    const markdown = reportAsMarkdown({ ...result, machine: describeMachine(), date: '2026-01-03' });
    expect(await format(markdown, { parser: 'markdown', printWidth: 120 })).toBe(markdown);
    expect(markdown).toMatch(/\| p95 \(ms\) +\| +10 \| +20 \| +2 \| +more \|/);
    expect(result.pictures?.map(({ file }) => file)).toEqual(['soak.svg']);
  });
});
