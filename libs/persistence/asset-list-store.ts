import type { DataSource } from 'typeorm';

import type { AssetCount } from '#contracts/asset-list-answer.js';

import type { AssetListFilter } from './asset-list-filter.js';
import { countOf, lastOf, pageOf, type AssetListRow, type AssetPlace } from './asset-list-statements.js';
import { briefly } from './briefly.js';
import { BY_KEY } from './score-store.js';

/** Some of a list, in its order. */
export interface AssetRows {
  readonly rows: readonly AssetListRow[];
  /** Where the next page begins, behind it; undefined: nothing is left. */
  readonly next: AssetPlace | undefined;
}

/** How many rows of a list are looked through, of which those within the filter are told. */
export interface AssetListBounds {
  /** For a page. */
  readonly page: number;
  /** To count them. */
  readonly count: number;
}

/** What filters ask is looked up by key, row by row: so many take as long as somebody waits for, whatever they ask. */
const BOUNDS: AssetListBounds = { page: 20_000, count: 200_000 };

/** Lists assets of all clients by what happened to them. What was erased is there, without its name. */
export class AssetListStore {
  constructor(
    private readonly database: DataSource,
    private readonly bounds: AssetListBounds = BOUNDS,
  ) {}

  /**
   * One page: of as many rows as are looked through for it, the first `most` within the filter.
   *
   * @param place where the page before ended
   * @throws DatabaseLate, also when a statement takes longer than two seconds
   */
  page(filter: AssetListFilter, most: number, place?: AssetPlace): Promise<AssetRows> {
    const { page: looked } = this.bounds;
    return briefly(this.database, async (transaction) => {
      await transaction.query(BY_KEY);
      const found = await transaction.query<AssetListRow[]>(...pageOf(filter, { looked, most: most + 1, place }));
      if (found.length > most) return { rows: found.slice(0, most), next: found[most - 1] };
      // there may be more behind all that was looked through
      const [last] = await transaction.query<AssetPlace[]>(...lastOf(filter, { looked, place }));
      return { rows: found, next: last };
    });
  }

  /** How many there are, of those that are looked through. @throws DatabaseLate, as for a page */
  count(filter: AssetListFilter): Promise<AssetCount> {
    const { count: looked } = this.bounds;
    return briefly(this.database, async (transaction) => {
      await transaction.query(BY_KEY);
      const [found] = await transaction.query<AssetCount[]>(...countOf(filter, looked));
      if (found === undefined) throw new Error('a query for one row gave none');
      return found;
    });
  }
}
