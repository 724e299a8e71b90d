import type { DataSource } from 'typeorm';

import type { Cell, Tally } from '#moderation/overview/cells.js';
import { FINDINGS } from '#moderation/label.js';

import { briefly } from './briefly.js';
import { CELLS, FOUND, UNDONE } from './overview-statements.js';
import { BY_KEY } from './score-store.js';

/** How long the wrong thing may stand, in milliseconds. */
export interface OverviewSlos {
  readonly exposureMs: number;
  readonly wrongfulHoldMs: number;
}

/** A cell as the database gives it: `at` is when its step begins, epoch milliseconds. */
interface StepCell extends Omit<Cell, 'atMs'> {
  readonly at: number;
}

/** Dead letters that are open, the newest ones, by reason. */
export interface OpenLetters {
  readonly reason: string;
  readonly count: number;
}

/** More open dead letters are not counted one by one. */
export const LETTERS_COUNTED_MAX = 10_000;

/** Counts what happened in steps of time. */
export class OverviewStore {
  constructor(
    private readonly database: DataSource,
    private readonly slos: OverviewSlos,
  ) {}

  /**
   * Adds what rows tell to the tallies of the steps that it lies in.
   *
   * @param tallies by the beginning of their step, epoch milliseconds: steps of one length, one after the other
   * @throws DatabaseLate, also when a statement takes longer than two seconds
   */
  async tally(tallies: ReadonlyMap<number, Tally>, stepMs: number): Promise<void> {
    const [fromMs] = tallies.keys();
    if (fromMs === undefined) return;
    const stretch = [new Date(fromMs), new Date(fromMs + tallies.size * stepMs), stepMs];
    const { exposureMs, wrongfulHoldMs } = this.slos;
    const cells = await briefly(this.database, async (transaction) => {
      await transaction.query(BY_KEY);
      const told = await transaction.query<StepCell[]>(CELLS, [...stretch, exposureMs, wrongfulHoldMs]);
      return [...told, ...(await transaction.query<StepCell[]>(FOUND, [...stretch, FINDINGS]))];
    });
    for (const { at, measure, name, count } of cells) tallies.get(at)?.add(measure, name, count);
  }

  /** When decisions were that people have taken back since a time: what was told of them is true no more. Epoch milliseconds. */
  async undone(since: Date): Promise<number[]> {
    const rows = await briefly(this.database, async (transaction) => {
      await transaction.query(BY_KEY);
      return transaction.query<{ at: number }[]>(UNDONE, [since]);
    });
    return rows.map(({ at }) => at);
  }

  /** Of the newest `LETTERS_COUNTED_MAX` + 1 open dead letters: how many of each reason, the most frequent first. */
  openLetters(): Promise<OpenLetters[]> {
    return briefly(this.database, (transaction) => transaction.query<OpenLetters[]>(OPEN_LETTERS));
  }
}

const OPEN_LETTERS = `
  SELECT reason, count(*)::integer AS count FROM (
    SELECT reason FROM dead_letter WHERE closed_at IS NULL ORDER BY id DESC LIMIT ${LETTERS_COUNTED_MAX + 1}) AS newest
  GROUP BY reason ORDER BY count DESC, reason`;
