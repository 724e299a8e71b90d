import type { BenchResult, PromisedFigure } from '../bench-result.js';
import { compareFigures, comparisonNotes, type EarlierReport, type Figures } from '../compare-reports.js';
import { describeWorkload, generatorNotes, workloadArgs } from '../load/load-words.js';
import type { RunSummary } from '../load/summarise-run.js';
import { DECIDED_SHARE_MIN } from '../load/verdict.js';
import { median, rounded } from '../statistics.js';
import type { SoakMeasurements, Trends } from './soak-measurements.js';
import { soakName, type SoakBenchOptions } from './soak-options.js';
import { soakPicture } from './soak-plot.js';
import { trendTable, wholeTable, windowTable } from './soak-tables.js';
import { theilSen, type Trend } from './theil-sen.js';

/** Flat means: by its trend, memory grows by no more than this in ten minutes. */
const GROWTH_PERCENT_MAX = 2;
const SHED_MS_MAX = 10;
/** The part of the run in which heaps and caches find their size, and which is in no trend. */
const SETTLING_SHARE = 0.2;
const TEN_MINUTES_MS = 600_000;
/** A trend of a shorter run says more of how heaps find their size than of what grows. */
const TREND_MINUTES_MIN = 5;

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
    pictures: [soakPicture(name, options.slo, measured)],
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
      ? [
          {
            what: 'uploads decided by the fast tier',
            bound: 'at least',
            limit: 100 * DECIDED_SHARE_MIN,
            unit: '%',
            measured: rounded(100 * whole.decidedShare),
          } as const,
        ]
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
