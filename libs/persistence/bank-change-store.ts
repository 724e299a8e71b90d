import type { DataSource } from 'typeorm';

import type { Bank, BankEntry } from '#moderation/banks/bank.js';

import { withDatabase } from './errors.js';

/** All banks, as of a moment. */
export interface BanksAsOf {
  readonly banks: Bank[];
  /** The oldest transaction that had not ended then: whatever is not to be seen yet has this number or a higher one. */
  readonly since: string;
  /** PostgreSQL's snapshot of that moment: which transactions were to be seen. */
  readonly snapshot: string;
}

/** An entry as it stands. */
export type EntryState = BankEntry & {
  readonly removed: boolean;
  /** Number of the transaction that changed it last. */
  readonly changedIn: string;
};

/** Where a page of changes ended. */
export type ChangePlace = Pick<EntryState, 'changedIn' | 'id'>;

/**
 * What those who keep the banks in memory read: everything once, then what has changed. Changes are followed by the
 * number of their transaction, not by a time: one that commits late has a number that is asked for again.
 */
export class BankChangeStore {
  constructor(private readonly database: DataSource) {}

  async banks(): Promise<BanksAsOf> {
    const rows = await withDatabase(() => this.database.query<BanksAsOf[]>(BANKS));
    if (rows[0] === undefined) throw new Error('a query for one row gave none');
    return rows[0];
  }

  /** Up to `most` entries behind the id `after`, removed ones among them, in the order of their ids. */
  entries(after: number, most: number): Promise<EntryState[]> {
    return withDatabase(() => this.database.query<EntryState[]>(ENTRIES, [after, most]));
  }

  /**
   * Up to `most` entries that were changed behind that place, removed ones among them, in the order of their changes.
   *
   * @param snapshot what was to be seen in it is known: while one transaction lasts for an hour, the changes of that hour
   *   are not read again and again
   */
  changes({ changedIn, id }: ChangePlace, snapshot: string, most: number): Promise<EntryState[]> {
    return withDatabase(() => this.database.query<EntryState[]>(CHANGES, [changedIn, id, snapshot, most]));
  }
}

const BANKS = `
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS since, pg_current_snapshot()::text AS snapshot, (
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'kind', kind, 'distanceMax', distance_max,
      'disabledUntilMs', extract(epoch FROM disabled_until)::float8 * 1000)), '[]') FROM bank) AS banks`;

/** Rows are ordered by `bank_entry.id`, which has an index, and not by the `id` that is given, which has none. */
const STATE = `
  SELECT id::float8 AS id, bank_id AS "bankId", encode(sha256, 'hex') AS sha256,
    CASE WHEN pdq IS NOT NULL THEN json_build_object('pdq', encode(pdq, 'hex'), 'quality', quality) END AS pdq,
    extract(epoch FROM disabled_until)::float8 * 1000 AS "disabledUntilMs", removed_at IS NOT NULL AS removed,
    changed_in::text AS "changedIn"
  FROM bank_entry`;

/** Not narrowed to what was not removed: of a table that is new, PostgreSQL would think that this is hardly anything. */
const ENTRIES = `${STATE} WHERE id > $1 ORDER BY bank_entry.id LIMIT $2`;

/** Numbers that this server has not given yet are those of another one, from which the tables were copied. */
const CHANGES = `${STATE}
  WHERE (changed_in, id) > ($1::xid8, $2::bigint) AND changed_in < pg_snapshot_xmax(pg_current_snapshot())
    AND NOT pg_visible_in_snapshot(changed_in, $3::pg_snapshot)
  ORDER BY changed_in, bank_entry.id
  LIMIT $4`;
