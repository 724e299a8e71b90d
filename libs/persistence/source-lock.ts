import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';

/** Where the lock is the database's own: no other lock of it has this first number. */
const SPACE = `hashtext('portcullis.source')`;

/**
 * Does work on a source unless another process is at it. The lock goes with the connection: whoever is killed, or loses the
 * database, holds nothing any longer.
 *
 * @returns what the work gave; undefined when it was another's turn
 */
export async function withSourceLock<T>(
  database: DataSource,
  sourceId: string,
  work: () => Promise<T>,
): Promise<{ readonly done: T } | undefined> {
  const runner = database.createQueryRunner();
  try {
    const [row] = await withDatabase(() =>
      runner.manager.query<{ taken: boolean }[]>(`SELECT pg_try_advisory_lock(${SPACE}, hashtext($1)) AS taken`, [
        sourceId,
      ]),
    );
    if (row?.taken !== true) return undefined;
    try {
      return { done: await work() };
    } finally {
      // a connection that broke has given the lock back already
      await runner.query(`SELECT pg_advisory_unlock(${SPACE}, hashtext($1))`, [sourceId]).catch(() => undefined);
    }
  } finally {
    await runner.release();
  }
}
