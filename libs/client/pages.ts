import type { Page } from './answers.js';
import type { CallLimits, Connection } from './connection.js';
import { queryOf, type QueryFields } from './query.js';

/** Everything of a list, page by page as it is read. @throws as `Connection.answer` */
export async function* everyItem<T>(
  connection: Connection,
  path: string,
  filter: QueryFields,
  limits: CallLimits,
): AsyncGenerator<T> {
  let cursor = filter['cursor'];
  do {
    const call = { method: 'GET', path: `${path}${queryOf({ ...filter, cursor })}`, isRepeatable: true } as const;
    const { items, next } = await connection.json<Page<T>>(call, limits);
    yield* items;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
