import type { QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';

import { boundedPoolOf } from './bounded-pool.js';

/** A statement with a name that no other statement has. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a statement that every connection parses and plans once, at its first use there, and calls by its name from then
 * on: for short statements that run all the time, that a client waits for and that are dearer to plan than to run. Each is
 * a transaction of its own. They have connections apart: nothing else that asks the database holds them up.
 *
 * @returns the rows
 * @throws the driver's error
 */
export async function runPrepared<T extends QueryResultRow>(
  database: DataSource,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<T[]> {
  // TypeORM has no prepared statements; its pool, with its limits and its connections, has
  return (await boundedPoolOf(database).urgent.query<T>({ name, text, values: [...values] })).rows;
}

/**
 * As `runPrepared`, on the connections that all share: for what a service asks all the time, and no client waits for.
 *
 * @returns the rows
 * @throws the driver's error
 */
export async function runPreparedInTurn<T extends QueryResultRow>(
  database: DataSource,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<T[]> {
  return (await boundedPoolOf(database).query<T>({ name, text, values: [...values] })).rows;
}
