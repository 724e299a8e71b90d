import type { DataSource, EntityManager } from 'typeorm';

import { withDatabase } from './errors.js';

/** Whoever asks for what takes longer holds up a connection that others need. */
const STATEMENT_MS_MAX = 2_000;

/**
 * Reads what may be dear because of how it is asked for, such as with a filter that nothing matches.
 *
 * @throws DatabaseLate, also when one of its statements takes longer than two seconds
 */
export const briefly = <T>(database: DataSource, read: (transaction: EntityManager) => Promise<T>): Promise<T> =>
  withDatabase(() =>
    database.transaction(async (transaction) => {
      await transaction.query(`SET LOCAL statement_timeout = ${STATEMENT_MS_MAX}`);
      return read(transaction);
    }),
  );
