import type { BenchResult, ResultTable } from '../bench-result.js';
import { rounded, spreadOf, type Spread } from '../statistics.js';
import type { ConsoleBenchOptions } from './console-bench-options.js';
import type { QueueReads } from './time-queue.js';
import type { StreamMemory } from './time-streams.js';
import { WARM_UP, type SubmitMeasurements } from './time-submits.js';

export interface ConsoleMeasurements {
  /** Undefined where nothing tells it. */
  readonly rssMb: StreamMemory | undefined;
  readonly alone: SubmitMeasurements;
  /** With the streams open. */
  readonly beside: SubmitMeasurements;
  /** From a change until a stream is told, of each change and stream, in milliseconds. */
  readonly toldMs: readonly number[];
  readonly queueMs: QueueReads;
}

const NEXT_MS_MAX = 100;
const KB = 1_024;

/** Turns measurements into a report's content. */
export function consoleResult(options: ConsoleBenchOptions, measured: ConsoleMeasurements): BenchResult {
  const { items, open, streams, changes, reads } = options;
  const { alone, beside, rssMb, toldMs, queueMs } = measured;
  const told = spreadOf(toldMs.map((ms) => Math.round(ms)));
  const perStreamKb = rssMb === undefined ? null : rounded(((rssMb.open - rssMb.before) * KB) / streams, 0);
  const promise = (what: string, ms: readonly number[]) => ({
    what,
    ...({ bound: 'at most', limit: NEXT_MS_MAX, unit: 'ms' } as const),
    measured: rounded(spreadOf(ms).p95, 1),
  });
  return {
    name: 'console',
    what: `The console’s API as moderators’ pages use it, among ${open} open cases: ${items} items with and as many without reading ahead, alone and beside ${streams} open live streams.`,
    command: `npm run portcullis -- bench console --items ${items} --open ${open} --streams ${streams} --changes ${changes} --reads ${reads}`,
    promised: [
      promise('submit and next, p95', alone.aheadMs),
      promise(`submit and next beside ${streams} streams, p95`, beside.aheadMs),
    ],
    tables: [
      delays('From sending a decision until the next case can be decided', [
        ['alone, the next one read ahead', alone.aheadMs],
        ['alone, nothing read ahead', alone.unreadMs],
        [`beside ${streams} streams, the next one read ahead`, beside.aheadMs],
        [`beside ${streams} streams, nothing read ahead`, beside.unreadMs],
      ]),
      delays('What that is made of', [...partsOf('alone', alone), ...partsOf('beside streams', beside)]),
      {
        title: 'Live streams',
        head: ['', ''],
        rows: [
          ['open, each of another person', String(streams)],
          [
            'memory that the service gained, for each (kB)',
            perStreamKb === null ? 'not measured' : String(perStreamKb),
          ],
          ['from a change to a stream that is told, p50 (ms)', String(told.p50)],
          ['the same, p95 (ms)', String(told.p95)],
          ['the same, most (ms)', String(told.max)],
        ],
      },
      delays(`Reading the queue, 100 of ${open} open cases with their counts`, Object.entries(queueMs)),
    ],
    notes: [
      `A warm console: ${WARM_UP} items are decided before those that count. Read ahead: the answer and the picture of the next item were read while this one was looked at, as the page does; what counts is the decision and the claim of the next. Otherwise the next item is read, then claimed while its picture is made.`,
      'Between two items the queue is read anew, as the page does when it hears of a change. The browser’s own work, a few milliseconds, is not in the figures.',
      'The console looks at the queue once a second for all streams: half a second of a delay is waiting for that. Memory is what the resident memory of a console that has done nothing else grows by, the least of a dozen looks before and after.',
      'Moderator, streams and service are on the same machine; the moderator and all streams are the benchmark’s one process.',
    ],
    data: { options, alone, beside, rssMb, perStreamKb, told, queueMs },
  };
}

const partsOf = (where: string, { parts }: SubmitMeasurements): [string, readonly number[]][] =>
  Object.entries(parts).map(([name, ms]) => [`${name}, ${where}`, ms]);

const delays = (title: string, rows: readonly (readonly [name: string, ms: readonly number[]])[]): ResultTable => ({
  title,
  head: ['', 'times', 'p50 ms', 'p95 ms', 'most ms'],
  rows: rows.map(([name, ms]) => [name, ...cells(spreadOf(ms))]),
});

const cells = ({ count, p50, p95, max }: Spread): string[] => [
  String(count),
  ...[p50, p95, max].map((ms) => String(rounded(ms, 1))),
];
