import type { BenchResult, PromisedFigure, ResultTable } from '../bench-result.js';
import type { QueueBackend } from '../heavy/heavy-bench-options.js';
import { median, rounded } from '../statistics.js';
import type { BellsOptions } from './bells-options.js';
import type { RelayMeasurements } from './time-relay.js';
import type { SweeperMeasurements } from './time-sweeper.js';

const RELAYED_MIN: Readonly<Record<QueueBackend, number>> = { postgres: 1_000, redis: 5_000 };
const FIND_MS_MAX = 100;

/** Turns measurements into a report's content. */
export function bellsResult(
  options: BellsOptions,
  relays: readonly RelayMeasurements[],
  sweeper: SweeperMeasurements,
): BenchResult {
  const { assets, rounds, pending, forgotten, backend } = options;
  const relayed = relays.map((measured) => ({ ...measured, ...summariseRelay(measured, assets) }));
  const findMs = rounded(median(sweeper.findMs), 1);
  return {
    name: 'bells',
    what: `Bells: ${assets} committed uploads from the outbox to the queue, and a sweeper that looks for ${forgotten} forgotten assets among ${pending} without a final.`,
    command: `npm run portcullis -- bench bells --assets ${assets} --rounds ${rounds} --pending ${pending} --forgotten ${forgotten} --backend ${backend}`,
    promised: [
      ...relayed.map((one): PromisedFigure => ({
        what: `outbox to queue in ${one.backend}`,
        ...{ bound: 'at least', limit: RELAYED_MIN[one.backend], unit: 'assets/s', measured: one.perSecond },
      })),
      {
        what: `${forgotten} forgotten found among ${pending}`,
        ...{ bound: 'at most', limit: FIND_MS_MAX, unit: 'ms', measured: findMs },
      },
    ],
    tables: [
      relayTable(relayed),
      {
        title: 'The sweeper',
        head: ['', 'median ms', 'most ms'],
        rows: [
          ['finds all that is overdue', findMs, rounded(Math.max(...sweeper.findMs), 1)],
          ['counts the backlog', rounded(median(sweeper.backlogMs), 1), rounded(Math.max(...sweeper.backlogMs), 1)],
        ].map((row) => row.map(String)),
      },
      planTable('How PostgreSQL sees whether something is overdue', sweeper.plans[0]),
      planTable('How it takes a page of it', sweeper.plans[1]),
    ],
    notes: [
      `Outbox to queue: by the relay of a real batch service, from the commit of ${assets} rows until the last of them is in the queue, the relay’s rest before it looks included; medians of ${rounds} rounds after one that does not count. The queue is paused: nobody hears the bells.`,
      'The sweeper: the question whether something is overdue, and taking all of it, page by page; ringing is the relay’s figure. The backlog is counted at each sweep, too, which reads all rows.',
      'Rows without a final are inserted without their assets: the sweeper asks nothing of those.',
    ],
    data: { options, relayed, sweeper },
  };
}

interface RelaySummary {
  readonly perSecond: number;
  /** Microseconds of processor time by part; empty where nothing tells it. */
  readonly cpuUsPerAsset: Readonly<Record<string, number>>;
}

function summariseRelay({ rounds }: RelayMeasurements, assets: number): RelaySummary {
  const used = rounds.map(({ cpuMs }) => cpuMs).filter((cpuMs) => cpuMs !== undefined);
  const parts = Object.keys(used[0] ?? {});
  const perAsset = (part: string): number =>
    rounded((median(used.map((cpuMs) => cpuMs[part] ?? 0)) / assets) * 1_000, 0);
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    cpuUsPerAsset: Object.fromEntries(parts.map((part) => [part, perAsset(part)])),
  };
}

function relayTable(relayed: readonly (RelayMeasurements & RelaySummary)[]): ResultTable {
  const parts = [...new Set(relayed.flatMap(({ cpuUsPerAsset }) => Object.keys(cpuUsPerAsset)))];
  const lowest = ({ rounds }: RelayMeasurements): number => Math.min(...rounds.map(({ perSecond }) => perSecond));
  return {
    title: 'Outbox to queue',
    head: ['', ...relayed.map(({ backend }) => backend)],
    rows: [
      ['assets/s', ...relayed.map(({ perSecond }) => String(perSecond))],
      ['assets/s, slowest round', ...relayed.map((one) => String(lowest(one)))],
      ...parts.map((part) => [
        `processor time per asset: ${part} (µs)`,
        ...relayed.map(({ cpuUsPerAsset }) => String(cpuUsPerAsset[part] ?? '–')),
      ]),
    ],
  };
}

/** Code, so that the indents are kept. */
const planTable = (title: string, lines: readonly string[] = []): ResultTable => ({
  title,
  head: ['plan'],
  rows: lines.map((line) => [`\`${line}\``]),
});
