import type { BenchResult } from '../bench-result.js';
import { rounded, spreadOf } from '../statistics.js';
import type { ReplayBenchOptions } from './replay-bench-options.js';
import type { StoredReplay } from './time-stored.js';

/** One replay of one policy. */
export interface ReplayRound {
  readonly what: string;
  readonly ms: number;
  readonly changed: number;
  /** What the heap grew by. */
  readonly heapMegabytes: number;
}

/** For a million assets. */
const MS_MAX = 1_000;
const MILLION = 1_000_000;

/** Turns measurements into a report's content. */
export function replayResult(
  options: ReplayBenchOptions,
  rounds: readonly ReplayRound[],
  stored: StoredReplay,
): BenchResult {
  const { assets } = options;
  const kinds = [...new Set(rounds.map(({ what }) => what))].map((what) => {
    const ofKind = rounds.filter((round) => round.what === what);
    return { what, ms: spreadOf(ofKind.map(({ ms }) => (ms * MILLION) / assets)), changed: ofKind[0]?.changed ?? 0 };
  });
  const heap = spreadOf(rounds.map(({ heapMegabytes }) => heapMegabytes));
  return {
    name: 'replay',
    what: `What a policy would change: over the scores of ${assets.toLocaleString('en')} assets in memory, and over ${stored.assets.toLocaleString('en')} in the database as people ask for it.`,
    command: `npm run portcullis -- bench replay --assets ${assets} --rounds ${options.rounds} --stored ${options.stored}`,
    promised: [
      {
        what: 'a million assets in memory, the slowest replay of all',
        ...{ bound: 'at most', limit: MS_MAX, unit: 'ms' },
        measured: rounded(Math.max(...kinds.map(({ ms }) => ms.max)), 1),
      },
      {
        what: 'a million assets out of the database, from asking to the stored result',
        ...{ bound: 'at most', limit: MS_MAX, unit: 'ms' },
        measured: Math.round((stored.ms * MILLION) / stored.assets),
      },
    ],
    tables: [
      {
        title: 'In memory, for a million assets (milliseconds)',
        head: ['', 'p50', 'most', 'assets it changes'],
        rows: kinds.map(({ what, ms, changed }) => [
          what,
          ...[ms.p50, ms.max].map((one) => String(rounded(one, 1))),
          String(changed),
        ]),
      },
      {
        title: 'Out of the database, asked for at the console',
        head: ['', ''],
        rows: [
          ['assets', String(stored.assets)],
          ['seconds', String(rounded(stored.ms / 1_000, 1))],
          ['assets it changes', String(stored.changed)],
          ['memory of the console before (MB)', String(stored.rssMb?.before ?? 'not told')],
          ['memory of the console, most (MB)', String(stored.rssMb?.most ?? 'not told')],
        ],
      },
    ],
    notes: [
      'In memory: in one thread, page by page as the console reads them. Scores are drawn: most are low, few high, some between.',
      'Out of the database: pages are read by key, so that no snapshot is held for minutes and uploads are not held up. It tells how far it is all the while, and ends with its console to begin anew elsewhere.',
      `The heap grew by at most ${rounded(heap.max, 1)} MB in a replay: what it keeps does not depend on the number of assets.`,
    ],
    data: { options, kinds, heapMegabytes: heap, stored },
  };
}
