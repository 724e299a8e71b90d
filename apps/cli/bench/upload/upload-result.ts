import type { BenchResult, PromisedFigure, ResultTable } from '../bench-result.js';
import { MEMORY_NOTE, memoryPromises } from '../memory-promises.js';
import type { CpuByPart, Memory } from '../process-usage.js';
import { median, rounded, spreadOf, type Spread } from '../statistics.js';
import type { LoopResult } from './closed-loop.js';
import type { LoopDelay } from './loop-delay.js';
import type { Round } from './measure-rounds.js';
import { stagesOf, type Stages } from './stages.js';
import type { UploadBenchOptions } from './upload-bench-options.js';

/** Everything that was measured. */
export interface UploadMeasurements {
  /** Mean bytes of a file. */
  readonly bytes: { readonly small: number; readonly large: number };
  readonly unloadedSmall: LoopResult;
  readonly unloadedLoopDelay: LoopDelay;
  readonly unloadedLarge: LoopResult;
  readonly rounds: readonly Round[];
  /** Of the service and its classifier processes, after the load. */
  readonly memory: Memory | undefined;
}

interface Summary {
  readonly perSecond: number;
  readonly latencyMs: Spread;
  readonly loopDelay: LoopDelay;
  readonly cpuMsPerUpload: CpuByPart | undefined;
  readonly peerPerSecond: number | null;
  readonly timesPeer: number | null;
  readonly faults: number;
}

/** Turns measurements into a report's content. */
export function uploadResult(options: UploadBenchOptions, measured: UploadMeasurements): BenchResult {
  const { unloadedSmall, unloadedLarge, rounds, memory, bytes, unloadedLoopDelay } = measured;
  const small = { latencyMs: unloadedSmall.latencyMs, stagesMs: stagesOf(unloadedSmall.outcomes) };
  const large = { latencyMs: unloadedLarge.latencyMs, stagesMs: stagesOf(unloadedLarge.outcomes) };
  const sustained = summarise(rounds);
  return {
    name: 'upload',
    what: `The upload service as its clients see it: a multipart form in, a committed provisional decision out. 640 × 480 JPEGs of ${bytes.small / 1_000} kB, 1632 × 1224 ones (2 MP) of ${bytes.large / 1_000} kB, no two alike.`,
    command: commandOf(options),
    promised: promises(small.latencyMs, large.latencyMs, sustained, memory),
    tables: [
      latencyTable(small.latencyMs, large.latencyMs, sustained.latencyMs, options.clients),
      stageTable(small.stagesMs, large.stagesMs),
      sustainedTable(sustained, options),
    ],
    notes: notesOf(options, measured, sustained),
    data: {
      options,
      bytes,
      unloaded: { small, large, loopDelayMs: unloadedLoopDelay },
      sustained,
      memory: memory ?? null,
      rounds: rounds.map(({ ours, theirs, loopDelay, cpuMs }) => ({
        ours: withoutOutcomes(ours),
        stagesMs: stagesOf(ours.outcomes),
        loopDelayMs: loopDelay,
        cpuMs: cpuMs ?? null,
        peer: theirs === undefined ? null : withoutOutcomes(theirs),
      })),
    },
  };
}

function summarise(rounds: readonly Round[]): Summary {
  const peerRates = rounds.flatMap(({ theirs }) => (theirs === undefined ? [] : [theirs.perSecond]));
  const ratios = rounds.flatMap(({ ours, theirs }) =>
    theirs === undefined ? [] : [ours.perSecond / theirs.perSecond],
  );
  const uploads = rounds.reduce((sum, { ours }) => sum + ours.uploads, 0);
  const parts = rounds.map(({ cpuMs }) => cpuMs).filter((cpuMs) => cpuMs !== undefined);
  const cpuPerUpload = (part: string): number =>
    rounded(parts.reduce((sum, cpu) => sum + (cpu[part] ?? 0), 0) / uploads);
  return {
    perSecond: rounded(median(rounds.map(({ ours }) => ours.perSecond)), 1),
    latencyMs: spreadOf(rounds.flatMap(({ ours }) => ours.outcomes.map(({ ms }) => ms))),
    loopDelay: {
      rawP99Ms: rounded(median(rounds.map(({ loopDelay }) => loopDelay.rawP99Ms))),
      p99Ms: rounded(median(rounds.map(({ loopDelay }) => loopDelay.p99Ms))),
    },
    cpuMsPerUpload:
      parts[0] === undefined
        ? undefined
        : Object.fromEntries(Object.keys(parts[0]).map((part) => [part, cpuPerUpload(part)])),
    peerPerSecond: peerRates.length === 0 ? null : rounded(median(peerRates), 1),
    timesPeer: ratios.length === 0 ? null : rounded(median(ratios), 1),
    faults: rounds.reduce((sum, { ours }) => sum + faultsOf(ours), 0),
  };
}

function promises(small: Spread, large: Spread, sustained: Summary, memory: Memory | undefined): PromisedFigure[] {
  return [
    { what: '640 px, one at a time, p50', bound: 'at most', limit: 25, unit: 'ms', measured: small.p50 },
    { what: '640 px, one at a time, p95', bound: 'at most', limit: 50, unit: 'ms', measured: small.p95 },
    { what: '2 MP, one at a time, p50', bound: 'at most', limit: 45, unit: 'ms', measured: large.p50 },
    {
      what: 'event-loop delay under load, p99',
      bound: 'at most',
      limit: 10,
      unit: 'ms',
      measured: sustained.loopDelay.p99Ms,
    },
    { what: 'sustained, 640 px', bound: 'at least', limit: 80, unit: 'uploads/s', measured: sustained.perSecond },
    { what: 'beside the peer', bound: 'at least', limit: 7, unit: 'times', measured: sustained.timesPeer },
    ...memoryPromises('memory', 400, memory),
  ];
}

function latencyTable(small: Spread, large: Spread, loaded: Spread, clients: number): ResultTable {
  const row = (what: string, { count, p50, p95, p99, max }: Spread): string[] => [
    what,
    ...[count, p50, p95, p99, max].map(String),
  ];
  return {
    title: 'Latency (ms)',
    head: ['', 'uploads', 'p50', 'p95', 'p99', 'max'],
    rows: [
      row('640 px, one at a time', small),
      row('2 MP, one at a time', large),
      row(`640 px, ${clients} clients`, loaded),
    ],
  };
}

function stageTable(small: Stages, large: Stages): ResultTable {
  const stages = [
    ['receive: parse, hash, write', 'receive'],
    ['queue: wait for a process', 'queue'],
    ['decode', 'decode'],
    ['inference', 'inference'],
    ['store: one statement, committed', 'store'],
    ['between the stages', 'between'],
    ['HTTP, outside the service’s clock', 'outside'],
  ] as const;
  return {
    title: 'Where the time goes, one at a time (medians, ms)',
    head: ['', '640 px', '2 MP'],
    rows: stages.map(([what, stage]) => [what, String(small[stage]), String(large[stage])]),
  };
}

function sustainedTable(sustained: Summary, { clients, rounds, seconds }: UploadBenchOptions): ResultTable {
  const { perSecond, peerPerSecond, timesPeer, faults, loopDelay, cpuMsPerUpload } = sustained;
  const cpu = Object.entries(cpuMsPerUpload ?? {}).map(([part, ms]) => [`CPU per upload: ${part} (ms)`, String(ms)]);
  return {
    title: `Sustained: ${clients} clients, ${rounds} rounds of ${seconds} s (medians of rounds)`,
    head: ['', 'measured'],
    rows: [
      ['uploads/s', String(perSecond)],
      ['peer: uploads/s', String(peerPerSecond ?? '–')],
      ['times the peer', String(timesPeer ?? '–')],
      ['uploads that failed', String(faults)],
      ['event-loop delay p99 as the gauge has it (ms)', String(loopDelay.rawP99Ms)],
      ...cpu,
    ],
  };
}

function notesOf(
  { withBatch, peer }: UploadBenchOptions,
  { unloadedLoopDelay }: UploadMeasurements,
  { loopDelay }: Summary,
): string[] {
  return [
    `All cores of the machine serve the upload service, its classifier processes, PostgreSQL (commits reach the disk) and the load generator${withBatch ? ', and the batch service labels what was uploaded' : '; the batch service does not run'}.`,
    `The event-loop delay is \`nodejs_eventloop_lag_p99_seconds\` of the service less 10 ms: its samples are times between two runs of a 10 ms timer. The gauge itself says ${loopDelay.rawP99Ms} ms under load and ${unloadedLoopDelay.rawP99Ms} ms with one upload at a time.`,
    peer
      ? 'The peer is Express 5 with multer and nsfwjs 4.3.0 in one process: MobileNetV2 on the WebAssembly backend of TensorFlow.js, sharp scaling to 224 × 224 as it decodes, nothing stored. Both get the same requests in turn (ABAB…); the ratio is the median of the ratios per round.'
      : 'The peer was left out.',
    `Memory is of the service and its classifier processes, after the load. ${MEMORY_NOTE}`,
    'An upload counts when its answer is 201, the fast model decided, and the decision is committed. Photographs are drawn: with enough grain to weigh what photographs do.',
  ];
}

function commandOf({ requests, clients, rounds, seconds, withBatch, peer }: UploadBenchOptions): string {
  const options = `--requests ${requests} --clients ${clients} --rounds ${rounds} --seconds ${seconds}`;
  return `npm run portcullis -- bench upload ${options}${withBatch ? ' --with-batch' : ''}${peer ? '' : ' --no-peer'}`;
}

const faultsOf = ({ faults }: LoopResult): number => Object.values(faults).reduce((sum, count) => sum + count, 0);

const withoutOutcomes = ({ uploads, perSecond, latencyMs, faults }: LoopResult): Omit<LoopResult, 'outcomes'> => ({
  uploads,
  perSecond,
  latencyMs,
  faults,
});
