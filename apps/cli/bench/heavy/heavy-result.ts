import type { Settings } from '#settings/settings.js';

import type { BenchResult, PromisedFigure, ResultTable } from '../bench-result.js';
import { MEMORY_NOTE, memoryPromises } from '../memory-promises.js';
import type { CpuByPart, Memory } from '../process-usage.js';
import { median, rounded } from '../statistics.js';
import type { BareRate } from './bare-model.js';
import type { Drain } from './drain.js';
import type { HeavyBenchOptions, QueueBackend } from './heavy-bench-options.js';

/** One after the other, the same number of images each. */
export interface HeavyRound {
  readonly modelOnly: BareRate;
  readonly drain: Drain;
  /** Processor time while the backlog was labelled; undefined where nothing tells it. */
  readonly cpuMs: CpuByPart | undefined;
  readonly withDecode: BareRate;
}

export interface BackendMeasurements {
  readonly backend: QueueBackend;
  readonly rounds: readonly HeavyRound[];
  /** Of the batch service and its classifier processes, after the load. */
  readonly memory: Memory | undefined;
}

interface Summary {
  readonly backend: QueueBackend;
  readonly modelOnlyPerSecond: number;
  readonly withDecodePerSecond: number;
  readonly endToEndPerSecond: number;
  readonly wholePerSecond: number;
  readonly firstFinalMs: number;
  /** Per cent of the bare model's rate: the median of the rounds' own. */
  readonly percentOfModel: number;
  readonly percentOfModelWithDecode: number;
  readonly percentOfModelWhole: number;
  readonly bareCpuMsPerImage: number | undefined;
  readonly cpuMsPerImage: CpuByPart | undefined;
  readonly memory: Memory | undefined;
}

/** Turns measurements into a report's content. */
export function heavyResult(
  options: HeavyBenchOptions,
  { heavy }: Settings,
  meanBytes: number,
  measured: readonly BackendMeasurements[],
): BenchResult {
  const summaries = measured.map(summarise);
  const { model, processes, batchSize, batchWindowMs, inferenceBatch, nice } = heavy;
  const settings = { model, processes, batchSize, batchWindowMs, inferenceBatch, nice };
  return {
    name: 'heavy',
    what: `The heavy tier, from the queue to the final label in the database, beside the bare model: 640 × 480 JPEGs of ${meanBytes / 1_000} kB through ${model} in ${processes} processes of one thread.`,
    command: `npm run portcullis -- bench heavy --assets ${options.assets} --rounds ${options.rounds} --variant ${options.variant} --backend ${options.backend}`,
    promised: summaries.flatMap(promises),
    tables: summaries.map((summary) => rateTable(summary, options)),
    notes: [
      'Bare model: as many classifier processes as the batch service has, with views that were decoded before; no queue, no database. With decode: the batch service’s own processes, by path.',
      `End to end counts from when every process has delivered its first batch to the last final of the backlog; with both ends, from the first acceptance to the last final. Both are labelled by a batch service with batches of ${batchSize}, ${batchWindowMs} ms window, niceness ${nice}.`,
      'The three rates are measured in turn within each round; percentages are medians of the rounds’ own.',
      `Memory is of the batch service and its classifier processes, after the load. ${MEMORY_NOTE}`,
    ],
    data: { options, settings, meanBytes, summaries, measured },
  };
}

function summarise({ backend, rounds, memory }: BackendMeasurements): Summary {
  const middle = (of: (round: HeavyRound) => number, decimals = 2): number => rounded(median(rounds.map(of)), decimals);
  const percent = (of: (round: HeavyRound) => number): number => middle((round) => of(round) * 100, 1);
  const used = rounds.map(({ cpuMs }) => cpuMs).filter((cpuMs) => cpuMs !== undefined);
  const images = rounds.reduce((sum, { drain }) => sum + drain.finals, 0);
  const perImage = (part: string): number => rounded(used.reduce((sum, cpu) => sum + (cpu[part] ?? 0), 0) / images);
  return {
    backend,
    modelOnlyPerSecond: middle(({ modelOnly }) => modelOnly.perSecond),
    withDecodePerSecond: middle(({ withDecode }) => withDecode.perSecond),
    endToEndPerSecond: middle(({ drain }) => drain.steadyPerSecond),
    wholePerSecond: middle(({ drain }) => drain.wholePerSecond),
    firstFinalMs: middle(({ drain }) => drain.firstFinalMs, 0),
    percentOfModel: percent(({ drain, modelOnly }) => drain.steadyPerSecond / modelOnly.perSecond),
    percentOfModelWithDecode: percent(({ drain, withDecode }) => drain.steadyPerSecond / withDecode.perSecond),
    percentOfModelWhole: percent(({ drain, modelOnly }) => drain.wholePerSecond / modelOnly.perSecond),
    bareCpuMsPerImage:
      used[0] === undefined ? undefined : middle(({ modelOnly }) => modelOnly.cpuMsPerImage ?? Number.NaN),
    cpuMsPerImage:
      used[0] === undefined
        ? undefined
        : Object.fromEntries(Object.keys(used[0]).map((part) => [part, perImage(part)])),
    memory,
  };
}

function promises({ backend, percentOfModel, memory }: Summary): PromisedFigure[] {
  return [
    {
      what: `queue in ${backend}: end to end beside the bare model`,
      bound: 'at least',
      limit: 95,
      unit: '%',
      measured: percentOfModel,
    },
    ...memoryPromises(`queue in ${backend}: memory`, 900, memory),
  ];
}

function rateTable(summary: Summary, { assets, rounds }: HeavyBenchOptions): ResultTable {
  const parts = { 'bare model': summary.bareCpuMsPerImage ?? '–', ...summary.cpuMsPerImage };
  const cpu = Object.entries(parts).map(([part, ms]) => [`CPU per image: ${part} (ms)`, String(ms), '']);
  const percent = (value: number): string => `${value} %`;
  return {
    title: `Queue in ${summary.backend}: ${rounds} rounds of ${assets} images (medians of rounds)`,
    head: ['', 'images/s', 'of the bare model'],
    rows: [
      ['bare model', String(summary.modelOnlyPerSecond), percent(100)],
      [
        'bare model with decode',
        String(summary.withDecodePerSecond),
        percent(rounded((summary.withDecodePerSecond / summary.modelOnlyPerSecond) * 100, 1)),
      ],
      ['end to end', String(summary.endToEndPerSecond), percent(summary.percentOfModel)],
      ['end to end with both ends', String(summary.wholePerSecond), percent(summary.percentOfModelWhole)],
      ['first final (ms)', String(summary.firstFinalMs), ''],
      ...cpu,
    ],
  };
}
