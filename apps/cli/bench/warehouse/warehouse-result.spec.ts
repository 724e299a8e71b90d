import { describe, expect, it } from '@jest/globals';

import { readSettings } from '#settings/settings.js';

import { isMet } from '../bench-result.js';
import { dealAssets, type WarehouseOptions } from './warehouse-options.js';
import { finalPoints } from './warehouse-plot.js';
import { warehouseResult } from './warehouse-result.js';
import type { WarehouseRun } from './warehouse-run.js';

const OPTIONS: WarehouseOptions = {
  assets: 4_000,
  batches: [8, 16],
  variant: 'f32',
  killAt: 0.5,
  backend: 'postgres',
  pricePerCoreHour: 0.36,
};
const SETTINGS = readSettings({ HEAVY_PROCESSES: '1' }, '.');
const CLEAN = { lost: 0, doubled: 0, unlabelled: 0, faultCount: 0, faults: [] };

/** One process, 20 images a second: ready at 5 s, killed at 55 s, back at 60 s, done at 110 s. */
function run(batch: number, more: Partial<WarehouseRun> = {}): WarehouseRun {
  const spans = [
    [5_000, 55_000],
    [60_000, 110_000],
  ] as const;
  const finalsMs = spans.flatMap(([fromMs]) =>
    Array.from({ length: 1_000 }, (_, index) => fromMs + Math.ceil((index + 1) / batch) * batch * 50),
  );
  const memory = spans.map(([fromMs, toMs]) =>
    Array.from({ length: 26 }, (_, index) => ({
      atMs: fromMs + (index * (toMs - fromMs)) / 25,
      rssMb: 600,
      pssMb: 500,
    })),
  );
  return {
    ...{ backend: 'postgres', batch, assets: 2_000, queuedAtKill: 1_000, heldAtKill: 16, memory },
    times: { startedMs: 0, readyMs: 5_000, killedMs: 55_000, readyAgainMs: 60_000, finalsMs, heldFinalsMs: [62_000] },
    cpuMs: { classifiers: 99_000, postgres: 3_000 },
    steady: { wallMs: 50_000, classifierCpuMs: 48_000 },
    outcome: CLEAN,
    bare: [
      { modelOnly: 20, withDecode: 19 },
      { modelOnly: 22, withDecode: 19 },
    ],
    ...more,
  };
}

const resultOf = (...runs: WarehouseRun[]) => warehouseResult(OPTIONS, SETTINGS, { meanBytes: 20_000, runs });
const cellsOf = (runs: WarehouseRun[], what: string): readonly string[] | undefined =>
  resultOf(...runs)
    .tables[0]?.rows.find(([name]) => name === what)
    ?.slice(1);

describe('the report on a warehouse', () => {
  const runs = [run(8), run(16, { cpuMs: { classifiers: 99_000, postgres: 1_000 } })];

  it('has a column for each batch size', () => {
    expect(cellsOf(runs, 'images/s, until the kill')).toEqual(['20', '20']);
    expect(cellsOf(runs, 'until the kill, of the bare model (%)')).toEqual(['95.2', '95.2']);
    expect(cellsOf(runs, 'kill to the last final of those in hand (s)')).toEqual(['7', '7']);
    expect(cellsOf(runs, 'utilisation until the kill (%)')).toEqual(['96', '96']);
    expect(cellsOf(runs, 'processor time per image: postgres (ms)')).toEqual(['1.5', '0.5']);
  });

  it('tells what a thousand images cost, of 110 s of one core of which 99 s were busy', () => {
    // 0.0001 a second
    expect(cellsOf([run(8)], 'cost of a thousand, busy time (USD)')).toEqual(['0.00495']);
    expect(cellsOf([run(8)], 'cost of a thousand, idle time too (USD)')).toEqual(['0.0055']);
  });

  it('holds the worst run against each promise', () => {
    const { promised } = resultOf(...runs);
    expect(promised.map(({ what, measured }) => [what.replace('queue in postgres: ', ''), measured])).toEqual([
      ['until the kill, beside the bare model', 95.2],
      ['PostgreSQL’s processor time per image', 1.5],
      ['drift of memory', 0],
      ['memory, batches of 16, RSS', 600],
      ['memory, batches of 16, PSS', 500],
      ['lost', 0],
      ['doubled', 0],
      ['faults that verify finds', 0],
    ]);
    expect(promised.map(isMet)).toEqual([true, false, true, true, true, true, true, true]);
  });

  it('does not hold a promise against a run that is outside of it', () => {
    const [endToEnd, , , ...others] = resultOf(run(8, { queuedAtKill: 999, memory: [] })).promised;
    expect(endToEnd?.measured).toBeNull();
    expect(others.map(({ what }) => what)).not.toContain('queue in postgres: memory, batches of 16, RSS');
  });

  it('holds every number but the time of each final', () => {
    const json = JSON.stringify(resultOf(...runs).data);
    expect(json).not.toContain('finalsMs');
    expect(json).toContain('"killedMs":55000');
  });

  it('names what verify found', () => {
    const faults = [{ assetId: 'a1', fault: 'has no final' }];
    expect(resultOf(run(8, { outcome: { ...CLEAN, lost: 1, faultCount: 1, faults } })).notes).toContain(
      'Verify: a1 has no final.',
    );
  });

  it('draws finals and memory, with the kill marked', () => {
    const pictures = resultOf(...runs).pictures ?? [];
    expect(pictures.map(({ file }) => file)).toEqual([
      'warehouse-f32-postgres-finals.svg',
      'warehouse-f32-postgres-memory.svg',
    ]);
    for (const { svg } of pictures) expect(svg).toContain('kill -9');
  });
});

describe('finals over time', () => {
  it('count from the kill, and up to all of them', () => {
    const points = finalPoints(run(8));
    expect(points[0]).toEqual([-50, 0]);
    expect(points.at(-1)?.[1]).toBe(2_000);
    const standing = points.filter(([second]) => second > 0.5 && second < 5).map(([, count]) => count);
    expect(new Set(standing)).toEqual(new Set([1_000]));
  });
});

describe('assets dealt out to batch sizes', () => {
  it.each([
    [10_000, [8, 16, 32, 64], [2_500, 2_500, 2_500, 2_500]],
    [10, [8, 16, 32], [3, 3, 4]],
  ])('%d to %j', (assets, batches, shares) => {
    expect(dealAssets(assets, batches)).toEqual(shares);
  });
});
