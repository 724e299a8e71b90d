import type { ResultTable } from '../bench-result.js';
import type { RunSummary } from '../load/summarise-run.js';
import { median, rounded } from '../statistics.js';
import { MINUTE_MS, type SoakMeasurements, type Trends } from './soak-measurements.js';
import type { Trend } from './theil-sen.js';

export function wholeTable(whole: RunSummary, { cpuMs, delays }: SoakMeasurements): ResultTable {
  const cpu = Object.entries(cpuMs ?? {}).map(([part, ms]) => [
    `CPU per upload: ${part} (ms)`,
    cell(rounded(ms / whole.requests)),
  ]);
  return {
    title: 'The whole run',
    head: ['', 'measured'],
    rows: [
      ['uploads/s', cell(whole.offeredPerSecond)],
      ['decided by the fast tier (%)', cell(rounded(whole.decidedShare * 100, 2))],
      ['goodput (/s)', cell(whole.goodputPerSecond)],
      ['p50 (ms)', cell(whole.latencyMs.p50)],
      ['p95 (ms)', cell(whole.latencyMs.p95)],
      ['p99 (ms)', cell(whole.latencyMs.p99)],
      ['max (ms)', cell(whole.latencyMs.max)],
      ['shed, p95 (ms)', cell(whole.shedMs.p95)],
      ['event-loop delay, p99 (ms), median of looks', cell(rounded(median(delays.map(({ ms }) => ms))))],
      ['generator’s lateness, p99 (ms)', cell(whole.lagP99Ms)],
      ...cpu,
    ],
  };
}

export function trendTable({ memory, files, p95 }: Trends): ResultTable {
  const row = (what: string, trend: Trend | undefined): string[] =>
    trend === undefined ? [what, '–', '–', '–'] : [what, cell(trend.slope), cell(trend.low), cell(trend.high)];
  return {
    title: 'Trends over ten minutes (% of the median)',
    head: ['', 'slope', 'from', 'to'],
    rows: [row('resident memory', memory), row('open files', files), row('p95 of decisions', p95)],
  };
}

/** A tenth of the windows, evenly: the JSON has all. */
export function windowTable({ windows, samples, delays }: SoakMeasurements): ResultTable {
  const step = Math.max(1, Math.floor(windows.length / 10));
  const at = <T extends { readonly atMs: number }>(looks: readonly T[], ms: number): T | undefined =>
    looks.find(({ atMs }) => atMs >= ms);
  return {
    title: 'Over time',
    head: ['minute', 'goodput/s', 'p50 ms', 'p95 ms', 'p99 ms', 'RSS MB', 'files', 'loop delay p99 ms'],
    rows: windows
      .filter((_, index) => index % step === 0)
      .map(({ fromMs, summary }) => [
        cell(rounded(fromMs / MINUTE_MS, 1)),
        cell(summary.goodputPerSecond),
        cell(summary.latencyMs.p50),
        cell(summary.latencyMs.p95),
        cell(summary.latencyMs.p99),
        cell(at(samples, fromMs)?.rssMb ?? null),
        cell(at(samples, fromMs)?.files ?? null),
        cell(at(delays, fromMs)?.ms ?? null),
      ]),
  };
}

const cell = (value: number | null): string => (value === null || Number.isNaN(value) ? '–' : String(value));
