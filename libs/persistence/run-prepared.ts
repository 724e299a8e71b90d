import { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** A statement with a name that no other statement has. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a statement that every connection parses and plans once, at its first use there, and calls by its name from then
 * on: for statements that run all the time and are dearer to plan than to run. In a transaction of its own.
 *
 * @throws the driver's error
 */
export async function runPrepared(
  { driver }: DataSource,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<void> {
  // TypeORM has no prepared statements; its pool, with its limits and its connections, has
  const pool: unknown = 'master' in driver ? driver.master : undefined;
  if (!(pool instanceof Pool)) throw new Error('the database is not open, or it is not PostgreSQL');
  await pool.query({ name, text, values: [...values] });
}
