import type { DataSource } from 'typeorm';

import type { TrafficClass } from '#moderation/words.js';

import { withDatabase } from './errors.js';
import { HURRIED } from './hurry-store.js';

/** A fact that was committed and that the queue has yet to hear of. */
export interface OutboxRow {
  readonly assetId: string;
  readonly trafficClass: TrafficClass;
  /** A late block has brought it forward. */
  readonly hurried: boolean;
}

/** Hands committed facts on, at least once. */
export class OutboxStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Takes up to `most` rows in order, gives them to `handOn`, and forgets them once it has returned. Dying in between
   * hands them on again; several relays share the work, for rows in hand are skipped.
   *
   * @returns how many rows were handed on
   */
  relay(most: number, handOn: (rows: readonly OutboxRow[]) => Promise<void>): Promise<number> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        // an array: for a join PostgreSQL would read all rows
        const [rows] = await transaction.query<[OutboxRow[], number]>(
          `DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
           RETURNING asset_id AS "assetId", traffic_class AS "trafficClass", topic = $2 AS hurried`,
          [most, HURRIED],
        );
        if (rows.length > 0) await handOn(rows);
        return rows.length;
      }),
    );
  }
}
