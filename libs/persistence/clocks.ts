import type { EntityManager } from 'typeorm';

/**
 * A process' clock that is this near to the database's is right: a statement may wait for a connection for three seconds
 * (database.ts) before the database reads its own.
 */
export const CLOCKS_AGREE_MS = 5_000;

/**
 * What is to be added, in this transaction, to a time of this process' clock to have it by the database's: 0 while the two
 * agree. Times that are written to rows are compared with the database's by everybody else (docs/decisions/0018). Whole
 * milliseconds: a place in a list that is ordered by time is carried to the next page in such.
 *
 * @throws the driver's error
 */
export async function ownClockFaultMs(transaction: EntityManager): Promise<number> {
  // not now(), which is when the transaction began: it may have waited for a row since
  const [read] = await transaction.query<{ ms: number }[]>(
    `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms`,
  );
  const aheadMs = (read?.ms ?? NaN) - Date.now();
  return Math.abs(aheadMs) > CLOCKS_AGREE_MS ? Math.round(aheadMs) : 0;
}
