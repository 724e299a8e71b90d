import type { DataSource } from 'typeorm';

import type { BulkCounts, BulkReport, ItemProblem } from '#contracts/bulk-answer.js';

import { briefly } from './briefly.js';
import { BULK_ITEM_COLUMNS, type BulkItem } from './bulk-item.js';

export type FailedItem = BulkItem & { readonly number: number; readonly problem: ItemProblem };

interface Group {
  readonly state: 'waiting' | 'accepted' | 'failed' | 'cancelled';
  readonly verdict: 'allow' | 'block' | null;
  readonly transition: keyof BulkReport['transitions'] | null;
  readonly code: keyof BulkReport['failures'] | null;
  readonly items: number;
  readonly lastMs: number | null;
}

/** What became of the items of a bulk submission. */
export class BulkReportStore {
  constructor(private readonly database: DataSource) {}

  /**
   * @param since when it was submitted
   * @throws DatabaseLate, also when that takes longer than a client's other reads may
   */
  async report(id: string, since: Date): Promise<{ counts: BulkCounts; report: BulkReport }> {
    const groups = await briefly(this.database, (transaction) => transaction.query<Group[]>(GROUPS, [id]));
    const worked = sum(groups.filter(({ state }) => state === 'accepted' || state === 'failed'));
    const lastMs = Math.max(...groups.map((group) => group.lastMs ?? 0));
    const of = (state: Group['state']): Group[] => groups.filter((group) => group.state === state);
    const accepted = of('accepted');
    return {
      counts: {
        total: sum(groups),
        waiting: sum(of('waiting')),
        accepted: sum(accepted),
        failed: sum(of('failed')),
        cancelled: sum(of('cancelled')),
      },
      report: {
        verdicts: { allow: 0, block: 0, ...countBy(accepted, ({ verdict }) => verdict) },
        transitions: countBy(accepted, ({ transition }) => transition),
        failures: countBy(of('failed'), ({ code }) => code),
        itemsPerSecond: worked === 0 ? null : round(worked / Math.max(0.001, (lastMs - since.getTime()) / 1_000)),
      },
    };
  }

  /** Items that failed, in order. @param after the number of the last of the page before @throws DatabaseLate, as above */
  failures(id: string, after: number, most: number): Promise<FailedItem[]> {
    return briefly(this.database, (transaction) =>
      transaction.query<FailedItem[]>(
        `SELECT i.number, i.problem, ${BULK_ITEM_COLUMNS} FROM bulk_item i
         WHERE submission_id = $1 AND state = 'failed' AND number > $2 ORDER BY number LIMIT $3`,
        [id, after, most],
      ),
    );
  }
}

const GROUPS = `
  SELECT i.state, i.verdict, CASE WHEN i.state = 'accepted' THEN coalesce(a.transition, 'pending') END AS transition,
    i.problem ->> 'code' AS code, count(*)::integer AS items,
    (extract(epoch FROM max(i.finished_at)) * 1000)::float8 AS "lastMs"
  FROM bulk_item i LEFT JOIN asset a ON a.id = i.asset_id
  WHERE i.submission_id = $1 GROUP BY 1, 2, 3, 4`;

const sum = (groups: readonly Group[]): number => groups.reduce((total, { items }) => total + items, 0);

/** How many items there are of each value. */
function countBy<T extends string>(groups: readonly Group[], value: (group: Group) => T | null) {
  const counts: Partial<Record<T, number>> = {};
  for (const group of groups) {
    const of = value(group);
    if (of !== null) counts[of] = (counts[of] ?? 0) + group.items;
  }
  return counts;
}

const round = (value: number): number => Math.round(value * 100) / 100;
