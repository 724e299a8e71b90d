import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';
import { HURRIED } from './hurry-store.js';
import { runPrepared, type PreparedStatement } from './run-prepared.js';

/** What was committed since somebody asked last, by number. */
export interface Committed {
  readonly rows: number;
  /** Of those, what a late block has brought forward. */
  readonly hurried: number;
}

/** Tells that something was committed which workers may want to know of at once. */
export class OutboxStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Takes up to `most` rows. Several share the work, for rows in hand are skipped. What is taken by somebody who dies is
   * told to nobody: workers look for themselves, too.
   */
  async take(most: number): Promise<Committed> {
    const rows = await withDatabase(() => runPrepared<Committed>(this.database, TAKE, [most]));
    return rows[0] ?? { rows: 0, hurried: 0 };
  }
}

/** By an array: for a join PostgreSQL would read all rows. */
const TAKE: PreparedStatement = {
  name: 'take-outbox',
  text: `
  WITH taken AS (
    DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING topic
  )
  SELECT count(*)::integer AS rows, (count(*) FILTER (WHERE topic = '${HURRIED}'))::integer AS hurried FROM taken`,
};
