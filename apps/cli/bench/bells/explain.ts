import type { PrivateInstallation } from '../private-installation.js';

type Database = PrivateInstallation['database'];

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
  const explaining = new Proxy(database, {
    get: (target, key): unknown => (key === 'query' ? query : Reflect.get(target, key)),
  });
  await ask(explaining);
  return plans;
}
