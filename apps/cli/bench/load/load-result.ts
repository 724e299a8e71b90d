import type { BenchResult, PromisedFigure } from '../bench-result.js';
import { compareFigures, comparisonNotes, type EarlierReport, type Figures } from '../compare-reports.js';
import { rounded } from '../statistics.js';
import type { LoadMeasurements } from './load-measurements.js';
import { loadNotes } from './load-notes.js';
import type { LoadBenchOptions } from './load-options.js';
import { loadPlot } from './load-plot.js';
import type { LoadStep } from './load-step.js';
import { capacityTable, cpuTable, loadsTable, searchTable } from './load-tables.js';
import { describeWorkload, generatorNotes, workloadArgs } from './load-words.js';

/** At 70 % of the capacity. */
const P99_TIMES_UNLOADED = 5;
/** At 5 × the capacity. */
const OVERLOAD = { goodputPercent: 95, shedMs: 10, growthPercent: 10 };

/** Turns measurements into a report's content. */
export function loadResult(
  options: LoadBenchOptions,
  measured: LoadMeasurements,
  earlier: EarlierReport | undefined,
): BenchResult {
  const { unloaded, search, loads, basis, isOurs } = measured;
  const figures = figuresOf(measured);
  const noise = Math.max(loadNamed(loads, '70 %').halves, 1.01);
  return {
    name: 'load',
    what: `The highest rate at which the upload service holds its SLO (p95 within it, and at least 99 of 100 uploads decided by the fast tier), and what happens below, at and above it. ${describeWorkload(options)}`,
    command: `npm run portcullis -- bench load ${workloadArgs(options)} --seconds-per-step ${options.secondsPerStep} ${searchArgs(options)}`,
    promised: promises(options, measured),
    tables: [
      capacityTable(measured),
      loadsTable(loads),
      ...cpuTable([unloaded, ...loads]),
      ...(search.steps.length === 0 ? [] : [searchTable(search.steps)]),
      ...(earlier === undefined ? [] : [compareFigures(figures, earlier, noise)]),
    ],
    pictures: [
      {
        file: 'load.svg',
        title: 'Latency of decisions and goodput by rate',
        svg: loadPlot([unloaded, ...search.steps, ...loads], options.slo, basis.perSecond),
      },
    ],
    notes: [
      ...generatorNotes(options),
      ...loadNotes(options, measured),
      ...(earlier === undefined ? [] : comparisonNotes(earlier, noise)),
    ],
    data: {
      options: { ...options, key: undefined, classes: [...options.classes] },
      figures,
      noise,
      isOurs,
      unloaded,
      search,
      basis,
      loads,
    },
  };
}

const searchArgs = ({ minutes, rate }: LoadBenchOptions): string =>
  rate === undefined ? `--minutes ${minutes}` : `--skip-search --rate ${rate}`;

function promises({ slo }: LoadBenchOptions, { unloaded, loads, search }: LoadMeasurements): PromisedFigure[] {
  const at70 = loadNamed(loads, '70 %');
  const over = loadNamed(loads, '5 ×');
  const peak = Math.max(...[...search.steps, ...loads].map(({ summary }) => summary.goodputPerSecond));
  // of a late generator's runs nothing is concluded
  const ofValid = (value: number, ...steps: readonly LoadStep[]): number | null =>
    Number.isFinite(value) && steps.every(({ summary }) => summary.isValid) ? value : null;
  return [
    {
      what: `p99 at 70 % of the capacity (${P99_TIMES_UNLOADED} × unloaded p50)`,
      bound: 'at most',
      limit: rounded(P99_TIMES_UNLOADED * unloaded.summary.latencyMs.p50, 1),
      unit: 'ms',
      measured: ofValid(at70.summary.latencyMs.p99, unloaded, at70),
    },
    {
      what: 'at 5 ×: goodput against the peak',
      bound: 'at least',
      limit: OVERLOAD.goodputPercent,
      unit: '%',
      measured: ofValid(rounded((over.summary.goodputPerSecond / peak) * 100, 1), over),
    },
    {
      what: 'at 5 ×: p99 of decisions',
      bound: 'at most',
      limit: slo,
      unit: 'ms',
      measured: ofValid(over.summary.latencyMs.p99, over),
    },
    {
      what: 'at 5 ×: sheds answered, p95',
      bound: 'at most',
      limit: OVERLOAD.shedMs,
      unit: 'ms',
      measured: ofValid(over.summary.shedMs.p95, over),
    },
    {
      what: 'at 5 ×: resident memory, end against start',
      bound: 'at most',
      limit: OVERLOAD.growthPercent,
      unit: '% more',
      measured: over.rssGrowth === null ? null : rounded(over.rssGrowth * 100, 1),
    },
  ];
}

/** What two runs are compared by. */
function figuresOf({ unloaded, search, basis, loads }: LoadMeasurements): Figures {
  const ofLoads = loads.flatMap(({ name, summary, rssMb }): [string, number | null][] => [
    [`${name}: goodput (/s)`, summary.goodputPerSecond],
    [`${name}: p50 (ms)`, summary.latencyMs.p50],
    [`${name}: p95 (ms)`, summary.latencyMs.p95],
    [`${name}: p99 (ms)`, summary.latencyMs.p99],
    [`${name}: sheds p95 (ms)`, summary.shedMs.p95],
    [`${name}: memory (MB)`, rssMb],
  ]);
  const figures: [string, number | null][] = [
    ['unloaded p50 (ms)', unloaded.summary.latencyMs.p50],
    ['capacity (/s)', search.perSecond],
    ['1 × of the loads (/s)', basis.perSecond],
    ...ofLoads,
  ];
  return Object.fromEntries(figures.map(([name, value]) => [name, Number.isFinite(value) ? value : null]));
}

function loadNamed(loads: readonly LoadStep[], wanted: string): LoadStep {
  const load = loads.find(({ name }) => name === wanted);
  if (load === undefined) throw new Error(`the load ${wanted} was not measured`);
  return load;
}
