import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { format } from 'prettier';

import { isMet } from '../bench-result.js';
import { describeMachine } from '../machine.js';
import { reportAsMarkdown } from '../report.js';
import type { MeasuredRun, RunOptions } from './load-bed.js';
import type { LoadBenchOptions } from './load-options.js';
import { loadResult } from './load-result.js';
import { measureLoad } from './measure-load.js';
import { parseClasses, SIZE_MIXES } from './request-kinds.js';
import { planRequests, type Workload } from './request-plan.js';
import { OUTCOMES } from './run-log.js';
import { searchCapacity } from './search-capacity.js';
import { parseTrace } from './trace.js';

const WORKLOAD: Workload = {
  arrivals: { kind: 'poisson' },
  sizes: SIZE_MIXES['640'],
  classes: parseClasses('normal'),
  seed: 3,
};
const LIMITS = { warmUpSeconds: 2, sloMs: 300, lagMsMax: 10 };
const OPTIONS = { secondsPerStep: 10, rateMax: 5_000, hasTime: () => true };

/** One server that takes `serviceMs` a request, in the order they come, and sheds what would wait longer than `waitMsMax`. */
function simulatedBed(serviceMs: number, waitMsMax: number): { run: (options: RunOptions) => Promise<MeasuredRun> } {
  let runs = 0;
  return {
    run: ({ perSecond, seconds }) => {
      runs += 1;
      const plan = planRequests(WORKLOAD, perSecond, seconds * 1_000, runs);
      const requests = plan.atMs.length;
      const latencyMs = new Float64Array(requests);
      const outcome = new Uint8Array(requests);
      let freeAtMs = 0;
      for (const [index, atMs] of plan.atMs.entries()) {
        const waitMs = Math.max(0, freeAtMs - atMs);
        const isShed = waitMs > waitMsMax;
        if (!isShed) freeAtMs = atMs + waitMs + serviceMs;
        latencyMs[index] = isShed ? 1 : waitMs + serviceMs;
        outcome[index] = OUTCOMES.indexOf(isShed ? 'shed' : 'decided');
      }
      const log = { latencyMs, outcome, lagMs: new Float64Array(requests), failures: {}, cpuMs: requests * 0.2 };
      const samples = Array.from({ length: 10 }, (_, index) => ({ atMs: index, rssMb: 400 + index, files: 90 }));
      return Promise.resolve({ plan, log, cpuMs: { service: requests * 2, generator: requests * 0.2 }, samples });
    },
  };
}

describe('the capacity of a simulated server', () => {
  it.each([
    ['that queues without end', 5, Infinity],
    ['that sheds what would be late', 5, 280],
    ['that is fast', 1.25, 280],
  ])('%s is found within a tenth', async (_, serviceMs, waitMsMax) => {
    const { unloaded, search } = await searchCapacity(simulatedBed(serviceMs, waitMsMax), LIMITS, OPTIONS);
    expect(unloaded.summary.latencyMs.p50).toBeCloseTo(serviceMs);
    expect(search.perSecond).toBeGreaterThan(900 / serviceMs);
    expect(search.perSecond).toBeLessThan(1_100 / serviceMs);
  });

  it('is none when nothing holds', async () => {
    await expect(searchCapacity(simulatedBed(400, Infinity), LIMITS, OPTIONS)).rejects.toThrow('no rate');
  });

  it('is unaffected by one bad step at a rate that it can hold', async () => {
    const bed = simulatedBed(5, 280);
    const bad = simulatedBed(50, 280);
    const tried = new Set<number>();
    const moody = {
      run: (options: RunOptions): Promise<MeasuredRun> => {
        const isFirst = !tried.has(options.perSecond) && options.name.endsWith('/s');
        tried.add(options.perSecond);
        return (isFirst ? bad : bed).run(options);
      },
    };
    expect((await searchCapacity(moody, LIMITS, OPTIONS)).search.perSecond).toBeGreaterThan(180);
  });
});

const BENCH: LoadBenchOptions = {
  size: '640',
  classes: WORKLOAD.classes,
  arrivals: 'poisson',
  burst: { onMs: 200, offMs: 300 },
  seed: 3,
  slo: 300,
  lag: 10,
  allowRemote: false,
  withBatch: false,
  secondsPerStep: 6,
  minutes: 10,
  rateMax: 5_000,
  skipSearch: false,
};

/** The same server, and a generator that is late at some runs. */
const lateBed = (isLate: (options: RunOptions) => boolean): ReturnType<typeof simulatedBed> => {
  const bed = simulatedBed(5, 280);
  return {
    run: async (options) => {
      const measured = await bed.run(options);
      if (isLate(options)) measured.log.lagMs.fill(50);
      return measured;
    },
  };
};

describe('a generator that is late', () => {
  it('has its run repeated', async () => {
    const { search } = await searchCapacity(
      lateBed(({ name }) => name.endsWith('/s')),
      LIMITS,
      OPTIONS,
    );
    expect(search.perSecond).toBeGreaterThan(180);
    expect(search.unknownPerSecond).toBeNull();
  });

  it('ends the search with what is known, and the headline says so', async () => {
    const bed = lateBed(({ perSecond }) => perSecond > 120);
    const measured = await measureLoad(bed, BENCH);
    const { perSecond, failedPerSecond, unknownPerSecond } = measured.search;
    expect(perSecond).toBeLessThanOrEqual(120);
    expect(failedPerSecond).toBeNull();
    expect(unknownPerSecond).toBeGreaterThan(120);

    const { tables, promised } = loadResult(BENCH, { ...measured, isOurs: true }, undefined);
    const [capacity, loads] = tables;
    // 70 % of the goodput that the late runs had is more than 120/s, too
    expect(promised.filter(({ measured: value }) => value === null).map(({ what }) => what)).toEqual([
      'p99 at 70 % of the capacity (5 × unloaded p50)',
      'at 5 ×: goodput against the peak',
      'at 5 ×: p99 of decisions',
      'at 5 ×: sheds answered, p95',
    ]);
    expect(capacity?.rows).toContainEqual([
      '**not known from here on: the generator was late** (/s)',
      String(unknownPerSecond),
    ]);
    expect(loads?.rows.map(([name]) => name)).toContain('5 × (**generator late**)');
  });

  it('has its load repeated once, when there is time', async () => {
    const names: string[] = [];
    const bed = lateBed(({ name }) => names.push(name) > 0 && name === '5 ×');
    const options = { ...BENCH, skipSearch: true, rate: 50 };
    await measureLoad(bed, options);
    expect(names.slice(2)).toEqual(['70 %', '1 ×', '2 ×', '5 ×', '5 ×', '70 % after']);
    names.length = 0;
    await measureLoad(bed, { ...options, secondsPerStep: 20, minutes: 2 });
    expect(names.slice(2)).toEqual(['70 %', '1 ×', '2 ×', '5 ×', '70 % after']);
  });

  it('is told apart from a service that holds nothing', async () => {
    await expect(
      searchCapacity(
        lateBed(({ name }) => name !== 'unloaded'),
        LIMITS,
        OPTIONS,
      ),
    ).rejects.toThrow('late by 50 ms');
  });
});

describe('what the loads are multiples of', () => {
  /** Sheds three of a hundred whatever comes above 100/s: nothing above holds, and yet the server can do 200/s. */
  const choosy = (): ReturnType<typeof simulatedBed> => {
    const bed = simulatedBed(5, 280);
    return {
      run: async (options) => {
        const measured = await bed.run(options);
        if (options.perSecond <= 100) return measured;
        return {
          ...measured,
          log: { ...measured.log, outcome: measured.log.outcome.map((was, at) => (at % 33 === 0 ? 1 : was)) },
        };
      },
    };
  };

  it('is the best goodput where that is well above the highest rate that holds', async () => {
    const { search, basis } = await searchCapacity(choosy(), LIMITS, OPTIONS);
    expect(search.perSecond).toBeLessThanOrEqual(100);
    expect(basis.by).toBe('goodput');
    expect(basis.perSecond).toBeGreaterThan(150);
  });

  it('is a rate that is given, without a search, and a report says when the loads refute it', async () => {
    const options = { ...BENCH, minutes: 1, skipSearch: true, rate: 50 };
    const measured = await measureLoad(simulatedBed(5, 280), options);
    expect(measured.loads.map(({ rate }) => rate)).toEqual([35, 50, 100, 250, 35]);
    const result = loadResult(options, { ...measured, isOurs: true }, undefined);
    expect(result.command).toContain('--skip-search --rate 50');
    expect(result.tables.map(({ title }) => title)).not.toContain('The search');
    expect(result.notes.join(' ')).toContain('50/s is too low for a capacity');
  });

  it('is not a rate without --skip-search, nor nothing with it', async () => {
    await expect(measureLoad(simulatedBed(5, 280), { ...BENCH, rate: 50 })).rejects.toThrow('go together');
    await expect(measureLoad(simulatedBed(5, 280), { ...BENCH, skipSearch: true })).rejects.toThrow('go together');
  });
});

describe('the report of a load', () => {
  it('says of a simulated server what it promises and what it does beyond its capacity', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-load-'));
    try {
      const options = { ...BENCH, record: join(folder, 'trace') };
      const measured = await measureLoad(simulatedBed(5, 280), options);
      const figures = { 'capacity (/s)': 100, '5 ×: goodput (/s)': 200 };
      const earlier = { date: '2026-01-02', machine: 'An abacus', figures };
      const result = loadResult(options, { ...measured, isOurs: true }, earlier);
      const [p99, goodput, accepted, sheds, memory] = result.promised;
      expect(measured.loads.map(({ name }) => name)).toEqual(['70 %', '1 ×', '2 ×', '5 ×', '70 % after']);
      expect([goodput, accepted, sheds, memory].map((figure) => figure && isMet(figure))).toEqual([
        true,
        true,
        true,
        true,
      ]);
      // what must hold at five times the capacity
      expect([goodput, accepted, sheds, memory]).toMatchObject([
        { what: expect.stringMatching(/^at 5 ×: goodput/), bound: 'at least', limit: 95, unit: '%' },
        { what: expect.stringMatching(/^at 5 ×: p99 of decisions/), bound: 'at most', limit: options.slo, unit: 'ms' },
        { what: expect.stringMatching(/^at 5 ×: sheds/), bound: 'at most', limit: 10, unit: 'ms' },
        { what: expect.stringMatching(/^at 5 ×: resident memory/), bound: 'at most', limit: 10, unit: '% more' },
      ]);
      expect(p99).toMatchObject({ limit: 25, unit: 'ms' });
      expect(sheds?.measured).toBe(1);
      expect(memory?.measured).toBeCloseTo(2, 0);

      const recorded = parseTrace(await readFile(options.record, 'utf8'));
      expect(recorded.length / 20 / (measured.basis.perSecond * 0.7)).toBeCloseTo(1, 0);
      const report = { ...result, machine: describeMachine(), date: '2026-01-03' };
      const markdown = reportAsMarkdown(report);
      expect(markdown).toContain('## Compared with 2026-01-02');
      expect(markdown).toContain('![Latency of decisions and goodput by rate](load.svg)');
      expect(await format(markdown, { parser: 'markdown', printWidth: 120 })).toBe(markdown);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('needs the time that the loads take', async () => {
    await expect(measureLoad(simulatedBed(5, 280), { ...BENCH, minutes: 1 })).rejects.toThrow(
      '--minutes 1 is too short: the 5 loads take 100 s and the search a minute at least. Give --minutes 4,',
    );
  });
});
