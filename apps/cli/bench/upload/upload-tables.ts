import type { ResultTable } from '../bench-result.js';
import type { Spread } from '../statistics.js';
import { PEERS } from './peers.js';
import { stagesOf } from './stages.js';
import type { SizeSummary } from './summarise-rounds.js';
import type { UploadBenchOptions } from './upload-bench-options.js';
import { BANK_ENTRIES, type UploadMeasurements } from './upload-measurements.js';
import { UPLOAD_SIZES, type BySize } from './upload-sizes.js';

/** The tables of the report. */
export function uploadTables(
  options: UploadBenchOptions,
  measured: UploadMeasurements,
  sustained: BySize<SizeSummary>,
): ResultTable[] {
  return [
    latencyTable(measured, sustained, options.clients),
    stageTable(measured),
    sustainedTable(options, sustained),
    costTable(sustained),
  ];
}

function latencyTable({ unloaded }: UploadMeasurements, sustained: BySize<SizeSummary>, clients: number): ResultTable {
  const row = (what: string, { count, p50, p95, p99, max }: Spread): string[] => [
    what,
    ...[count, p50, p95, p99, max].map(cell),
  ];
  return {
    title: 'Latency (ms)',
    head: ['', 'uploads', 'p50', 'p95', 'p99', 'max'],
    rows: [
      ...UPLOAD_SIZES.map((size) => row(`${size}, one at a time`, unloaded.loops[size].latencyMs)),
      ...UPLOAD_SIZES.map((size) => row(`${size}, ${clients} clients`, sustained[size].latencyMs)),
    ],
  };
}

const STAGES = [
  ['receive: parse, hash, write', 'receive'],
  ['queue: wait for a process', 'queue'],
  ['decode', 'decode'],
  ['inference', 'inference'],
  ['store: one statement, committed', 'store'],
  ['between the stages', 'between'],
  ['HTTP, outside the service’s clock', 'outside'],
] as const;

function stageTable({ unloaded }: UploadMeasurements): ResultTable {
  const stages = UPLOAD_SIZES.map((size) => stagesOf(unloaded.loops[size].outcomes));
  return {
    title: 'Where the time goes, one at a time (medians, ms)',
    head: ['', ...UPLOAD_SIZES],
    rows: STAGES.map(([what, stage]) => [what, ...stages.map((of) => cell(of[stage]))]),
  };
}

function sustainedTable({ clients, rounds, seconds }: UploadBenchOptions, sustained: BySize<SizeSummary>): ResultTable {
  const row = rowOf(sustained);
  return {
    title: `Sustained: ${clients} clients, ${rounds} rounds of ${seconds} s a side (medians of rounds)`,
    head: ['', ...UPLOAD_SIZES],
    rows: [
      row('uploads/s', ({ perSecond }) => perSecond),
      ...PEERS.flatMap((name) => [
        row(`${name}: uploads/s`, ({ peers }) => peers[name]?.perSecond ?? null),
        row(`times ${name}`, ({ peers }) => peers[name]?.times ?? null),
        row(`${name}: uploads that failed`, ({ peers }) => peers[name]?.faults ?? null),
      ]),
      row('uploads that failed', ({ faults }) => faults),
      row('event-loop delay p99 as the gauge has it (ms)', ({ loopDelay }) => loopDelay.rawP99Ms),
    ],
  };
}

function costTable(sustained: BySize<SizeSummary>): ResultTable {
  const row = rowOf(sustained);
  const parts = Object.keys(sustained['640 px'].cpuMsPerUpload ?? {});
  return {
    title: 'Processor time of an upload (ms)',
    head: ['', ...UPLOAD_SIZES],
    rows: [
      ...parts.map((part) => row(`of the ${part}, mean`, ({ cpuMsPerUpload }) => cpuMsPerUpload?.[part] ?? null)),
      row('together, without the client', ({ cost }) => cost.uploadMs),
      row('decode and inference alone', ({ cost }) => cost.bareMs),
      row('times that', ({ cost }) => cost.ratio),
      row(`more with a perceptual bank of ${BANK_ENTRIES}`, ({ cost }) => cost.bankMoreMs),
    ],
  };
}

const rowOf =
  (sustained: BySize<SizeSummary>) =>
  (what: string, of: (summary: SizeSummary) => number | null): string[] => [
    what,
    ...UPLOAD_SIZES.map((size) => cell(of(sustained[size]))),
  ];

const cell = (value: number | null): string => (value === null || Number.isNaN(value) ? '–' : String(value));
