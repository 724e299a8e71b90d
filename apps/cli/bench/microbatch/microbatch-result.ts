import type { BenchResult, ResultTable } from '../bench-result.js';
import { describeWorkload, generatorNotes, workloadArgs } from '../load/load-words.js';
import { median, rounded } from '../statistics.js';
import { compareSides, conclude, type Comparison, type Ratio } from './conclude.js';
import type { SideRun } from './measure-side.js';
import type { MicrobatchOptions } from './microbatch-options.js';

/** Both sides of a round, by load. */
export interface Round {
  readonly alone: readonly SideRun[];
  readonly window: readonly SideRun[];
}

export interface MicrobatchMeasurements {
  /** Of batch 1: uploads a second that hold the SLO, or the best goodput where that is over a tenth more. */
  readonly capacity: number;
  /** Uploads a second of the two loads: steady, full. */
  readonly rates: readonly number[];
  readonly rounds: readonly Round[];
}

/** Turns measurements into a report's content. */
export function microbatchResult(options: MicrobatchOptions, measured: MicrobatchMeasurements): BenchResult {
  const { window, batch, rounds: count, seconds } = options;
  const { capacity, rates, rounds } = measured;
  const [steady, full] = [comparisonAt(rounds, 0), comparisonAt(rounds, 1)];
  const conclusion = conclude(window, steady, full);
  const invalid = rounds
    .flatMap(({ alone, window: waiting }) => [...alone, ...waiting])
    .filter(({ isValid }) => !isValid);
  return {
    name: 'microbatch',
    what: `A micro-batch window of ${window} ms (up to ${batch} images) against batch 1 without waiting, on the same arrivals, at ${rates.join(' and ')} uploads/s; the capacity of batch 1 is ${capacity}/s. ${describeWorkload(options)} ${conclusion}`,
    command: `npm run portcullis -- bench microbatch ${workloadArgs(options)} --window ${window} --batch ${batch} --rounds ${count} --seconds ${seconds}`,
    promised: [],
    tables: [...rates.map((rate, load) => sidesTable(rate, rounds, load, options)), ratioTable(steady, full)],
    notes: [
      conclusion,
      `Medians of ${count} rounds of ${seconds} s a load. Each side of a round is a service started anew; who goes first changes from round to round. A ratio counts as a difference when every round has it and it is 3 % at least.`,
      'Processor time is of the service, its classifier processes and PostgreSQL, by images that were classified.',
      ...generatorNotes(options),
      ...(invalid.length === 0
        ? []
        : [`**The generator was late in ${invalid.length} runs**: they tell of the generator.`]),
    ],
    data: {
      options: { ...options, key: undefined, classes: [...options.classes] },
      conclusion,
      steady,
      full,
      ...measured,
    },
  };
}

const runsAt = (rounds: readonly Round[], side: keyof Round, load: number): SideRun[] =>
  rounds.map((round) => round[side][load]).filter((run) => run !== undefined);

function comparisonAt(rounds: readonly Round[], load: number): Comparison {
  const window = runsAt(rounds, 'window', load);
  return compareSides(
    runsAt(rounds, 'alone', load).flatMap((alone, index) => {
      const other = window[index];
      return other === undefined ? [] : [{ alone, window: other }];
    }),
  );
}

function sidesTable(rate: number, rounds: readonly Round[], load: number, options: MicrobatchOptions): ResultTable {
  const alone = runsAt(rounds, 'alone', load);
  const window = runsAt(rounds, 'window', load);
  const row = (what: string, of: (run: SideRun) => number | null, decimals = 2): string[] => [
    what,
    ...[alone, window].map((runs) => cell(rounded(median(runs.map((run) => of(run) ?? Number.NaN)), decimals))),
  ];
  return {
    title: `At ${rate} uploads/s (medians)`,
    head: ['', 'batch 1', `${options.window} ms, up to ${options.batch}`],
    rows: [
      row('p50 (ms)', ({ p50Ms }) => p50Ms),
      row('p95 (ms)', ({ p95Ms }) => p95Ms),
      row('p99 (ms)', ({ p99Ms }) => p99Ms),
      row('images/s decided', ({ itemsPerSecond }) => itemsPerSecond, 1),
      row('decided by the fast tier (%)', ({ decidedShare }) => decidedShare * 100, 1),
      row('CPU an image (ms)', ({ cpuMsPerItem }) => cpuMsPerItem),
      row('images a batch (mean)', ({ meanBatch }) => meanBatch),
    ],
  };
}

function ratioTable(steady: Comparison, full: Comparison): ResultTable {
  const row = (what: string, ratio: Ratio | null): string[] =>
    ratio === null ? [what, '–', '–', '–'] : [what, String(ratio.median), String(ratio.low), String(ratio.high)];
  return {
    title: 'Window ÷ batch 1, by rounds',
    head: ['', 'median', 'lowest', 'highest'],
    rows: [
      row('p95, steady', steady.p95),
      row('CPU an image, steady', steady.cpu),
      row('p95, beyond the capacity', full.p95),
      row('images/s, beyond the capacity', full.items),
      row('CPU an image, beyond the capacity', full.cpu),
    ],
  };
}

const cell = (value: number): string => (Number.isNaN(value) ? '–' : String(value));
