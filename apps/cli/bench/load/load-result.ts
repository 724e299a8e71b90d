import type { BenchResult, PromisedFigure } from '../bench-result.js';
import { compareFigures, comparisonNotes, type EarlierReport, type Figures } from '../compare-reports.js';
import { rounded } from '../statistics.js';
import type { LoadBenchOptions } from './load-options.js';
import { loadPlot } from './load-plot.js';
import type { LoadStep } from './load-step.js';
import { capacityTable, cpuTable, loadsTable, searchTable } from './load-tables.js';
import type { FoundCapacity } from './search-capacity.js';
import { describeWorkload, generatorNotes, workloadArgs } from './load-words.js';

/** Everything that was measured. */
export interface LoadMeasurements {
  readonly unloaded: LoadStep;
  readonly search: FoundCapacity['search'];
  /** At 70 %, 1 ×, 2 × and 5 × the capacity, and at 70 % again. */
  readonly loads: readonly LoadStep[];
  /** Whether the service's processes could be looked at. */
  readonly isOurs: boolean;
}

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
  const { unloaded, search, loads, isOurs } = measured;
  const figures = figuresOf(measured);
  const noise = Math.max(loadNamed(loads, '70 %').halves, 1.01);
  return {
    name: 'load',
    what: `The highest rate at which the upload service holds its SLO (p95 within it, and at least 99 of 100 uploads decided by the fast tier), and what happens below, at and above it. ${describeWorkload(options)}`,
    command: `npm run portcullis -- bench load ${workloadArgs(options)} --seconds-per-step ${options.secondsPerStep} --minutes ${options.minutes}`,
    promised: promises(options, measured),
    tables: [
      capacityTable(unloaded, search),
      loadsTable(loads),
      ...cpuTable([unloaded, ...loads]),
      searchTable(search.steps),
      ...(earlier === undefined ? [] : [compareFigures(figures, earlier, noise)]),
    ],
    pictures: [
      {
        file: 'load.svg',
        title: 'Latency of decisions and goodput by rate',
        svg: loadPlot([unloaded, ...search.steps, ...loads], options.slo, search.perSecond),
      },
    ],
    notes: [
      ...generatorNotes(options),
      ...notesOf(options, measured),
      ...(earlier === undefined ? [] : comparisonNotes(earlier, noise)),
    ],
    data: {
      options: { ...options, key: undefined, classes: [...options.classes] },
      figures,
      noise,
      isOurs,
      unloaded,
      search,
      loads,
    },
  };
}

function promises({ slo }: LoadBenchOptions, { unloaded, loads, search }: LoadMeasurements): PromisedFigure[] {
  const at70 = loadNamed(loads, '70 %');
  const over = loadNamed(loads, '5 ×');
  const peak = Math.max(...[...search.steps, ...loads].map(({ summary }) => summary.goodputPerSecond));
  const measuredMs = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return [
    {
      what: `p99 at 70 % of the capacity (${P99_TIMES_UNLOADED} × unloaded p50)`,
      bound: 'at most',
      limit: rounded(P99_TIMES_UNLOADED * unloaded.summary.latencyMs.p50, 1),
      unit: 'ms',
      measured: measuredMs(at70.summary.latencyMs.p99),
    },
    {
      what: 'at 5 ×: goodput against the peak',
      bound: 'at least',
      limit: OVERLOAD.goodputPercent,
      unit: '%',
      measured: rounded((over.summary.goodputPerSecond / peak) * 100, 1),
    },
    {
      what: 'at 5 ×: p99 of decisions',
      bound: 'at most',
      limit: slo,
      unit: 'ms',
      measured: measuredMs(over.summary.latencyMs.p99),
    },
    {
      what: 'at 5 ×: sheds answered, p95',
      bound: 'at most',
      limit: OVERLOAD.shedMs,
      unit: 'ms',
      measured: measuredMs(over.summary.shedMs.p95),
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
function figuresOf({ unloaded, search, loads }: LoadMeasurements): Figures {
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
    ...ofLoads,
  ];
  return Object.fromEntries(figures.map(([name, value]) => [name, Number.isFinite(value) ? value : null]));
}

function notesOf({ secondsPerStep, minutes }: LoadBenchOptions, { search, loads, isOurs }: LoadMeasurements): string[] {
  const invalid = [...search.steps, ...loads].filter(({ summary }) => !summary.isValid).map(({ name }) => name);
  const failures = loads.flatMap(({ name, summary }) =>
    Object.entries(summary.failures).map(([why, count]) => `${name}: ${count} × ${why}`),
  );
  return [
    `Goodput is decisions of the fast tier within the SLO, a second. Sheds are answers of the policy’s default (201, the batch tier decides) and refusals with Retry-After (503). A rate of the search fails when it fails twice; its steps last ${secondsPerStep} s, so that the capacity is known to some percent.`,
    ...(search.failedPerSecond === null
      ? [
          `The search ended without a rate that fails (after ${minutes} minutes, or at the highest rate it may try): the capacity is at least the one given.`,
        ]
      : []),
    ...(invalid.length === 0
      ? []
      : [`**The generator was late in ${invalid.join(', ')}**: these runs tell of the generator.`]),
    ...(failures.length === 0 ? [] : [`Requests that failed: ${failures.join('; ')}.`]),
    ...(isOurs
      ? [
          'Memory is resident memory of the service and its classifier processes, pages in common counted for each; whether it is flat over ten minutes is for `bench soak --overload 5` to say.',
        ]
      : ['Processor time and memory are those of a service that is not ours to look at: not measured.']),
  ];
}

function loadNamed(loads: readonly LoadStep[], wanted: string): LoadStep {
  const load = loads.find(({ name }) => name === wanted);
  if (load === undefined) throw new Error(`the load ${wanted} was not measured`);
  return load;
}
