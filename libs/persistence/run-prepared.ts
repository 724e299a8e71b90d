import type { PoolClient, QueryResultRow } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

import { boundedPoolOf } from './bounded-pool.js';

/** A statement with a name that no other statement has. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a statement that every connection parses and plans once, at its first use there, and calls by its name from then
 * on: for short statements that run all the time and are dearer to plan than to run, those above all that a client waits
 * for. Each is a transaction of its own. They have connections apart: nothing else that asks the database holds them up.
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
 * Runs such a statement in a transaction, on its connection.
 *
 * @returns the rows
 * @throws the driver's error
 */
export async function runPreparedIn<T extends QueryResultRow>(
  transaction: EntityManager,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<T[]> {
  const client: unknown = await transaction.queryRunner?.connect();
  if (!isClient(client)) throw new Error('there is no transaction, or it is not of PostgreSQL');
  return (await client.query<T>({ name, text, values: [...values] })).rows;
}

const isClient = (client: unknown): client is PoolClient =>
  typeof client === 'object' && client !== null && 'query' in client && typeof client.query === 'function';
