import type { BenchResult, PromisedFigure, ResultTable } from '../bench-result.js';
import type { QueueBackend } from '../heavy/heavy-bench-options.js';
import { median, rounded } from '../statistics.js';
import type { BellsOptions } from './bells-options.js';
import type { RelayMeasurements } from './time-relay.js';
import type { LookMeasurements } from './time-looks.js';

const RELAYED_MIN: Readonly<Record<QueueBackend, number>> = { postgres: 1_000, redis: 5_000 };
const FIND_MS_MAX = 100;

/** Turns measurements into a report's content. */
export function bellsResult(
  options: BellsOptions,
  relays: readonly RelayMeasurements[],
  looks: LookMeasurements,
): BenchResult {
  const { assets, rounds, pending, forgotten, backend } = options;
  const relayed = relays.map((measured) => ({ ...measured, ...summariseRelay(measured, assets) }));
  const findMs = rounded(median(looks.findMs), 1);
  return {
    name: 'bells',
    what: `Bells: ${assets} committed uploads from the outbox to whoever labels them, and a worker that looks for ${forgotten} forgotten assets among ${pending} without a final.`,
    command: `npm run portcullis -- bench bells --assets ${assets} --rounds ${rounds} --pending ${pending} --forgotten ${forgotten} --backend ${backend}`,
    promised: [
      ...relayed.map((one): PromisedFigure => ({
        what: `outbox to workers, queue in ${one.backend}`,
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
        title: 'A worker’s look',
        head: ['', 'median ms', 'most ms'],
        rows: (
          [
            ['sees what was forgotten, and leases the first 16 of it', looks.findMs],
            ['leases 16 of a class in which nothing was', looks.leaseMs],
            ['counts the backlog', looks.backlogMs],
          ] as const
        ).map(([what, ms]) => [what, String(rounded(median(ms), 1)), String(rounded(Math.max(...ms), 1))]),
      },
      planTable('How PostgreSQL sees what waits', looks.plans[0]),
      planTable('How it leases a batch', looks.plans[1]),
    ],
    notes: [
      `Outbox to workers: by the relay of a real batch service, from the commit of ${assets} rows until the last of them is taken and the bell has been rung, the relay’s rest before it looks included; medians of ${rounds} rounds after one that does not count. The queue is paused: nobody hears the bell.`,
      'A worker looks whenever it has room for a batch. The backlog is counted for the metrics, which reads all rows.',
      'Rows without a final are inserted without their assets: a lease finds them, and nothing to be labelled.',
    ],
    data: { options, relayed, looks },
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
    title: 'Outbox to workers',
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
