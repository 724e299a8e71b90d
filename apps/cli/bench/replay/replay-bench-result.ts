import type { BenchResult } from '../bench-result.js';
import { rounded, spreadOf } from '../statistics.js';
import type { ReplayBenchOptions } from './replay-bench-options.js';

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
export function replayResult(options: ReplayBenchOptions, rounds: readonly ReplayRound[]): BenchResult {
  const { assets } = options;
  const kinds = [...new Set(rounds.map(({ what }) => what))].map((what) => {
    const ofKind = rounds.filter((round) => round.what === what);
    return { what, ms: spreadOf(ofKind.map(({ ms }) => (ms * MILLION) / assets)), changed: ofKind[0]?.changed ?? 0 };
  });
  const heap = spreadOf(rounds.map(({ heapMegabytes }) => heapMegabytes));
  return {
    name: 'replay',
    what: `What a policy would change, over the scores of ${assets.toLocaleString('en')} assets in memory.`,
    command: `npm run portcullis -- bench replay --assets ${assets} --rounds ${options.rounds}`,
    promised: [
      {
        what: 'a million assets, the slowest replay of all',
        ...{ bound: 'at most', limit: MS_MAX, unit: 'ms' },
        measured: rounded(Math.max(...kinds.map(({ ms }) => ms.max)), 1),
      },
    ],
    tables: [
      {
        title: 'A replay, for a million assets (milliseconds)',
        head: ['', 'p50', 'most', 'assets it changes'],
        rows: kinds.map(({ what, ms, changed }) => [
          what,
          ...[ms.p50, ms.max].map((one) => String(rounded(one, 1))),
          String(changed),
        ]),
      },
    ],
    notes: [
      'In one thread, page by page as the console reads them from the database; reading is not in it. Scores are drawn: most are low, few high, some between.',
      `The heap grew by at most ${rounded(heap.max, 1)} MB in a replay: what it keeps does not depend on the number of assets.`,
    ],
    data: { options, kinds, heapMegabytes: heap },
  };
}
