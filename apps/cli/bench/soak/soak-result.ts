import type { BenchResult, Picture, PromisedFigure, ResultTable } from '../bench-result.js';
import { compareFigures, comparisonNotes, type EarlierReport, type Figures } from '../compare-reports.js';
import { describeWorkload, generatorNotes, workloadArgs } from '../load/load-words.js';
import type { MeasuredRun } from '../load/load-bed.js';
import type { RunSummary } from '../load/summarise-run.js';
import { drawLinePlot } from '../plot/line-plot.js';
import { median, rounded } from '../statistics.js';
import { soakName, type SoakBenchOptions } from './soak-options.js';
import { theilSen, type Trend } from './theil-sen.js';

/** Everything that was measured. */
export interface SoakMeasurements {
  /** Uploads a second that hold the SLO. */
  readonly capacity: number;
  readonly perSecond: number;
  readonly whole: RunSummary;
  readonly windows: readonly { readonly fromMs: number; readonly summary: RunSummary }[];
  readonly cpuMs: MeasuredRun['cpuMs'];
  readonly samples: MeasuredRun['samples'];
  /** Event-loop delay of the service since the look before, p99. */
  readonly delays: readonly { readonly atMs: number; readonly ms: number }[];
}

/** Flat means: by its trend, memory grows by no more than this in ten minutes. */
const GROWTH_PERCENT_MAX = 2;
const SHED_MS_MAX = 10;
/** The part of the run in which heaps and caches find their size, and which is in no trend. */
const SETTLING_SHARE = 0.2;
const TEN_MINUTES_MS = 600_000;
/** A trend of a shorter run says more of how heaps find their size than of what grows. */
const TREND_MINUTES_MIN = 5;
const MINUTE_MS = 60_000;

/** Turns measurements into a report's content. */
export function soakResult(
  options: SoakBenchOptions,
  measured: SoakMeasurements,
  earlier: EarlierReport | undefined,
): BenchResult {
  const { capacity, perSecond, whole } = measured;
  const trends = trendsOf(measured);
  const noise = noiseOf(measured);
  const figures = figuresOf(measured, trends);
  const load =
    options.overload === undefined ? `${options.share} % of the capacity` : `${options.overload} × the capacity`;
  const args = options.overload === undefined ? `--share ${options.share}` : `--overload ${options.overload}`;
  const name = soakName(options);
  return {
    name,
    what: `The upload service at ${load} (${perSecond} of ${capacity} uploads/s) for ${options.minutes} minutes. ${describeWorkload(options)}`,
    command: `npm run portcullis -- bench soak ${workloadArgs(options)} --minutes ${options.minutes} ${args}`,
    promised: promises(options, whole, trends.memory),
    tables: [
      wholeTable(whole, measured),
      trendTable(trends),
      windowTable(measured),
      ...(earlier === undefined ? [] : [compareFigures(figures, earlier, noise)]),
    ],
    pictures: picturesOf(name, options, measured),
    notes: [
      ...generatorNotes(options),
      `Trends are Theil–Sen slopes with Sen’s 95 % interval, without the first ${SETTLING_SHARE * 100} % of the time, in which heaps find their size. Memory is resident memory of the service and its classifier processes.`,
      ...(options.minutes < TREND_MINUTES_MIN
        ? [`Whether memory is flat is not told by less than ${TREND_MINUTES_MIN} minutes.`]
        : []),
      ...(whole.isValid ? [] : ['**The generator was late**: latency tells of the generator, too.']),
      ...Object.entries(whole.failures).map(([why, count]) => `Failed: ${count} × ${why}.`),
      ...(earlier === undefined ? [] : comparisonNotes(earlier, noise)),
    ],
    data: {
      options: { ...options, key: undefined, out: undefined, classes: [...options.classes] },
      figures,
      noise,
      trends,
      ...measured,
    },
  };
}

interface Trends {
  /** Percent of the median in ten minutes. */
  readonly memory: Trend | undefined;
  readonly files: Trend | undefined;
  readonly p95: Trend | undefined;
}

function trendsOf({ samples, windows }: SoakMeasurements): Trends {
  const inTenMinutes = (points: readonly (readonly [number, number])[]): Trend | undefined => {
    const fromMs = (points.at(-1)?.[0] ?? 0) * SETTLING_SHARE;
    const settled = points.filter(([atMs, value]) => atMs >= fromMs && Number.isFinite(value));
    const trend = theilSen(settled);
    const scale = (100 * TEN_MINUTES_MS) / median(settled.map(([, value]) => value));
    if (trend === undefined || !Number.isFinite(scale)) return undefined;
    return { slope: rounded(trend.slope * scale), low: rounded(trend.low * scale), high: rounded(trend.high * scale) };
  };
  return {
    memory: inTenMinutes(samples.map(({ atMs, rssMb }) => [atMs, rssMb])),
    files: inTenMinutes(samples.map(({ atMs, files }) => [atMs, files])),
    p95: inTenMinutes(windows.map(({ fromMs, summary }) => [fromMs, summary.latencyMs.p95])),
  };
}

function promises(
  { slo, overload, minutes }: SoakBenchOptions,
  whole: RunSummary,
  memory: Trend | undefined,
): PromisedFigure[] {
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const flat = {
    what: 'memory flat: its trend over ten minutes',
    bound: 'at most',
    limit: GROWTH_PERCENT_MAX,
    unit: '%',
    measured: minutes < TREND_MINUTES_MIN ? null : (memory?.slope ?? null),
  } as const;
  const quantile = overload === undefined ? 'p95' : 'p99';
  return [
    flat,
    {
      what: `${quantile} of decisions`,
      bound: 'at most',
      limit: slo,
      unit: 'ms',
      measured: known(whole.latencyMs[quantile]),
    },
    { what: 'uploads that failed', bound: 'at most', limit: 0, unit: 'uploads', measured: whole.outcomes.failed },
    ...(overload === undefined
      ? []
      : [
          {
            what: 'sheds answered, p95',
            bound: 'at most',
            limit: SHED_MS_MAX,
            unit: 'ms',
            measured: known(whole.shedMs.p95),
          } as const,
        ]),
  ];
}

function wholeTable(whole: RunSummary, { cpuMs, delays }: SoakMeasurements): ResultTable {
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

function trendTable({ memory, files, p95 }: Trends): ResultTable {
  const row = (what: string, trend: Trend | undefined): string[] =>
    trend === undefined ? [what, '–', '–', '–'] : [what, cell(trend.slope), cell(trend.low), cell(trend.high)];
  return {
    title: 'Trends over ten minutes (% of the median)',
    head: ['', 'slope', 'from', 'to'],
    rows: [row('resident memory', memory), row('open files', files), row('p95 of decisions', p95)],
  };
}

/** A tenth of the windows, evenly: the JSON has all. */
function windowTable({ windows, samples, delays }: SoakMeasurements): ResultTable {
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

function picturesOf(name: string, { slo }: SoakBenchOptions, { windows, samples }: SoakMeasurements): Picture[] {
  const latency = (quantile: 'p50' | 'p95' | 'p99'): [number, number][] =>
    windows.map(({ fromMs, summary }) => [fromMs / MINUTE_MS, summary.latencyMs[quantile]]);
  const title = 'Latency of decisions and memory over time';
  const svg = drawLinePlot({
    title,
    xLabel: 'minutes',
    left: { label: 'ms from intended sending to answer', scale: 'log' },
    right: { label: 'resident memory, MB' },
    series: [
      { name: 'p50', axis: 'left', points: latency('p50') },
      { name: 'p95', axis: 'left', points: latency('p95') },
      { name: 'p99', axis: 'left', points: latency('p99') },
      { name: 'memory (right)', axis: 'right', points: samples.map(({ atMs, rssMb }) => [atMs / MINUTE_MS, rssMb]) },
    ],
    limit: { y: slo, label: `SLO ${slo} ms` },
  });
  return [{ file: `${name}.svg`, title, svg }];
}

function figuresOf({ capacity, whole, samples }: SoakMeasurements, { memory }: Trends): Figures {
  const finite = (value: number): number | null => (Number.isFinite(value) ? rounded(value) : null);
  return {
    'capacity (/s)': capacity,
    'goodput (/s)': whole.goodputPerSecond,
    'p50 (ms)': finite(whole.latencyMs.p50),
    'p95 (ms)': finite(whole.latencyMs.p95),
    'p99 (ms)': finite(whole.latencyMs.p99),
    'sheds p95 (ms)': finite(whole.shedMs.p95),
    'memory (MB)': finite(median(samples.map(({ rssMb }) => rssMb))),
    'memory trend (% in ten minutes)': memory?.slope ?? null,
  };
}

/** Ratio of the p95 of the two halves, 1.01 at least. */
function noiseOf({ windows }: SoakMeasurements): number {
  const p95 = windows.map(({ summary }) => summary.latencyMs.p95).filter(Number.isFinite);
  const half = Math.floor(p95.length / 2);
  const ratio = median(p95.slice(0, half)) / median(p95.slice(half));
  return Number.isFinite(ratio) ? Math.max(1.01, rounded(Math.max(ratio, 1 / ratio))) : 1.01;
}

const cell = (value: number | null): string => (value === null || Number.isNaN(value) ? '–' : String(value));
