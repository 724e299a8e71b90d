import type { EntityManager } from 'typeorm';

/** How many assets a client may have sent from some moment on. */
export interface DayQuota {
  readonly assets: number;
  /** The first id that counts: ids are in the order of time. */
  readonly from: string;
}

/** How many images it may send yet. */
export interface QuotaLeft {
  readonly left: number;
}

/** What was in hand when its batch was cancelled has come to its end by then. */
const IN_HAND_MAX = '5 minutes';

/** Images of a client's batches that are still to become assets. @param client an expression in SQL */
export const waitingItems = (client: string): string => `
  SELECT (SELECT count(*) FROM bulk_submission s JOIN bulk_item i ON i.submission_id = s.id
      WHERE s.client_id = ${client} AND s.state = 'running' AND i.state = 'waiting')
    + (SELECT count(*) FROM bulk_submission s JOIN bulk_item i ON i.submission_id = s.id
      WHERE s.client_id = ${client} AND s.state = 'cancelled' AND s.finished_at > now() - interval '${IN_HAND_MAX}'
        AND i.lease_token IS NOT NULL)`;

/**
 * Images that were inferred for a client and became no assets, on the day of an id. All are expressions in SQL.
 *
 * @param id a UUIDv7, which begins with its milliseconds
 * @param exceptBy a process whose images are left out, or NULL
 */
export const inferredOn = (client: string, id: string, exceptBy = 'NULL'): string => `
  SELECT coalesce(sum(images), 0) FROM client_inference
  WHERE client_id = ${client} AND instance IS DISTINCT FROM ${exceptBy}::uuid
    AND day = (to_timestamp(('x' || left(replace(${id}::uuid::text, '-', ''), 12))::bit(48)::bigint / 1000.0) AT TIME ZONE 'UTC')::date`;

/**
 * How many images a client may send yet, those that wait in its batches and those that were inferred counted as sent. Until the transaction ends no
 * other one finds out the same: what it writes of batches is counted by the next.
 */
export async function leftOfDay(
  transaction: EntityManager,
  clientId: string,
  { assets, from }: DayQuota,
): Promise<number> {
  // uploads, which only name the client, go on
  await transaction.query(`SELECT 1 FROM client WHERE id = $1 FOR NO KEY UPDATE`, [clientId]);
  const [used] = await transaction.query<{ n: number }[]>(
    `SELECT ((SELECT count(*) FROM asset WHERE client_id = $1 AND id >= $2) + (${waitingItems('$1')})
       + (${inferredOn('$1', '$2')}))::float8 AS n`,
    [clientId, from],
  );
  return Math.max(0, assets - (used?.n ?? 0));
}
