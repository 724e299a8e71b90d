import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { drawPhotographs } from '../photographs.js';
import { temporaryFolder } from '../private-installation.js';
import { median, rounded } from '../statistics.js';
import { UniqueCopies } from '../unique-copies.js';
import { startOnce, type StartTimes } from './start-once.js';

export interface StartBenchOptions {
  /** First starts in empty homes, each followed by a second start in the same home. */
  readonly rounds: number;
}

interface StartRound {
  readonly first: StartTimes;
  readonly second: StartTimes;
}

const SIDE = { width: 640, height: 480 };

/** How long an installed product takes from its start to its first decision. */
export async function benchStart(context: BenchContext, { rounds: count }: StartBenchOptions): Promise<BenchResult> {
  const copies = new UniqueCopies(await drawPhotographs(1, SIDE));
  const bar = progressBar('starts');
  const rounds: StartRound[] = [];
  try {
    while (rounds.length < count) {
      const home = await temporaryFolder(context);
      bar.show(rounds.length * 2, count * 2);
      const first = await startOnce(context, home, () => copies.next());
      bar.show(rounds.length * 2 + 1, count * 2);
      rounds.push({ first, second: await startOnce(context, home, () => copies.next()) });
      bar.show(rounds.length * 2, count * 2);
    }
  } finally {
    bar.end();
  }
  return startResult(rounds);
}

function startResult(rounds: readonly StartRound[]): BenchResult {
  const first = medians(rounds.map((round) => round.first));
  const second = medians(rounds.map((round) => round.second));
  const seconds = (ms: number): number => rounded(ms / 1_000);
  const row = (what: string, of: keyof StartTimes): string[] => [
    what,
    ...[first, second].map((at) => String(seconds(at[of]))),
  ];
  return {
    name: 'start',
    what: '`portcullis up`, installed and built, from its start to the first upload that the fast model decided.',
    command: `npm run portcullis -- bench start --rounds ${rounds.length}`,
    promised: [
      {
        what: 'first start, empty home: to the first decision',
        bound: 'at most',
        limit: 8,
        unit: 's',
        measured: seconds(first.firstDecisionMs),
      },
      {
        what: 'second start: to the first decision',
        bound: 'at most',
        limit: 8,
        unit: 's',
        measured: seconds(second.firstDecisionMs),
      },
    ],
    tables: [
      {
        title: `Seconds from the start of the process (medians of ${rounds.length})`,
        head: ['', 'first start', 'second start'],
        rows: [
          row('first answer', 'firstAnswerMs'),
          row('first decision of the fast model', 'firstDecisionMs'),
          row('everything ready', 'allReadyMs'),
        ],
      },
    ],
    notes: [
      'A first start makes the database: PostgreSQL’s files, tables, the first policy and keys. Files are as warm in the system’s memory as the benchmark leaves them.',
      'Before the fast model is warm an upload is answered by the policy’s default; such an answer is no decision here. Everything ready means both tiers and the console.',
    ],
    data: { summary: { first, second }, rounds },
  };
}

function medians(times: readonly StartTimes[]): StartTimes {
  return {
    firstAnswerMs: median(times.map(({ firstAnswerMs }) => firstAnswerMs)),
    firstDecisionMs: median(times.map(({ firstDecisionMs }) => firstDecisionMs)),
    allReadyMs: median(times.map(({ allReadyMs }) => allReadyMs)),
  };
}
