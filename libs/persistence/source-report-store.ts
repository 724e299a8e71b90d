import type { DataSource } from 'typeorm';

import type { ItemGroup } from '#moderation/sources/source-counts.js';

import { withDatabase } from './errors.js';

type Row = ItemGroup & { readonly last: Buffer };

/** Items that one statement counts: it ends long before its limit. */
const COUNTED_AT_ONCE = 20_000;

/** Counts what became of the items of sources, and of their assets. */
export class SourceReportStore {
  constructor(private readonly database: DataSource) {}

  /**
   * All items of a source in groups. The same group comes once for every page of items that was counted.
   *
   * @param run the number of the run under way or last
   */
  async groups(sourceId: string, run: number, countedAtOnce = COUNTED_AT_ONCE): Promise<ItemGroup[]> {
    const groups: ItemGroup[] = [];
    for (let after: Buffer | null = null; ;) {
      const rows = await this.page(sourceId, run, after, countedAtOnce);
      for (const { last, ...group } of rows) {
        groups.push(group);
        after = last;
      }
      if (rows.reduce((items, row) => items + row.items, 0) < countedAtOnce) return groups;
    }
  }

  private page(sourceId: string, run: number, after: Buffer | null, most: number): Promise<Row[]> {
    return withDatabase(() => this.database.query<Row[]>(PAGE, [sourceId, run, after, most]));
  }
}

const PAGE = `
  WITH page AS (
    SELECT key, change, outcome, verdict, reason, asset_id, run FROM source_item
    WHERE source_id = $1 AND ($3::bytea IS NULL OR key > $3) ORDER BY key LIMIT $4
  )
  SELECT p.run = $2 AS "isOfRun", p.change, p.outcome, coalesce(p.verdict, p.reason) AS word,
    coalesce(a.stage = 'final', false) AS "isFinal", a.transition, count(*)::float8 AS items,
    (SELECT key FROM page ORDER BY key DESC LIMIT 1) AS last
  FROM page p LEFT JOIN asset a ON a.id = p.asset_id
  GROUP BY 1, 2, 3, 4, 5, 6`;
