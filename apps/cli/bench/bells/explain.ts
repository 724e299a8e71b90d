import { boundedPoolOf } from '#persistence/bounded-pool.js';

import type { PrivateInstallation } from '../private-installation.js';

type Database = PrivateInstallation['database'];

/** An object with another property in one place. */
const replacing = <T extends object>(target: T, key: keyof T, value: unknown): T =>
  new Proxy(target, { get: (_target, asked): unknown => (asked === key ? value : Reflect.get(target, asked)) });

/**
 * Has PostgreSQL explain the statements of a store, which come to pass: `EXPLAIN ANALYZE` in front of each.
 *
 * @param ask uses a store on the database it is given; what the store answers means nothing
 * @returns the lines of each statement's plan
 */
export async function explain(
  database: Database,
  ask: (explaining: Database) => Promise<unknown>,
): Promise<readonly (readonly string[])[]> {
  const plans: string[][] = [];
  const query = async (statement: string, values?: unknown[]): Promise<unknown[]> => {
    const rows = await database.query<Record<string, string>[]>(
      `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) ${statement}`,
      values,
    );
    plans.push(rows.flatMap((row) => Object.values(row)));
    return [];
  };
  const prepared = ({ text, values }: { text: string; values: unknown[] }) =>
    query(text, values).then((rows) => ({ rows }));
  const pool = replacing(boundedPoolOf(database), 'urgent', { query: prepared });
  const explaining = replacing(replacing(database, 'driver', { master: pool }), 'query', query);
  await ask(explaining);
  return plans;
}
