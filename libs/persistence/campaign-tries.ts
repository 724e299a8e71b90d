import type { EntityManager } from 'typeorm';

/** An asset that could not be looked at, and is tried again. */
export interface TryAgain {
  readonly assetId: string;
  readonly afterMs: number;
  /** That was a try of its own: no fault of a place that all need. */
  readonly counts: boolean;
  readonly error: string;
}

/** Ends the tries of assets that have a result now, and says when others are tried again. */
export async function endTries(
  transaction: EntityManager,
  id: string,
  done: readonly string[],
  again: readonly TryAgain[],
): Promise<void> {
  await transaction.query(`DELETE FROM campaign_attempt WHERE campaign_id = $1 AND asset_id = ANY ($2)`, [id, done]);
  if (again.length > 0) await transaction.query(PUT_OFF, [id, JSON.stringify(again)]);
}

/** Whether a campaign has something to try again. */
export async function hasTries(transaction: EntityManager, id: string): Promise<boolean> {
  const rows = await transaction.query<unknown[]>(`SELECT 1 FROM campaign_attempt WHERE campaign_id = $1 LIMIT 1`, [
    id,
  ]);
  return rows.length > 0;
}

/** Forgets what a campaign has begun: nothing of it is tried any more. */
export async function forgetTries(transaction: EntityManager, id: string): Promise<void> {
  await transaction.query(`DELETE FROM campaign_attempt WHERE campaign_id = $1`, [id]);
}

/** What a campaign has set aside is to be tried again, as if it never had been. */
export async function retryFailed(transaction: EntityManager, id: string): Promise<void> {
  await transaction.query(RETRY_FAILED, [id]);
}

const PUT_OFF = `
  UPDATE campaign_attempt t
  SET attempts = t.attempts - CASE WHEN a.counts THEN 0 ELSE 1 END, in_hand = false, last_error = a.error,
    due_at = now() + a."afterMs" * interval '1 millisecond'
  FROM jsonb_to_recordset($2::jsonb) AS a ("assetId" uuid, "afterMs" float8, counts boolean, error text)
  WHERE t.campaign_id = $1 AND t.asset_id = a."assetId"`;

const RETRY_FAILED = `
  WITH again AS (
    DELETE FROM campaign_result WHERE campaign_id = $1 AND skipped = 'failed' RETURNING asset_id
  ), begun AS (
    INSERT INTO campaign_attempt (campaign_id, asset_id, attempts, in_hand, due_at)
    SELECT $1, asset_id, 0, false, now() FROM again
  )
  UPDATE campaign SET handled = handled - (SELECT count(*) FROM again), failed = failed - (SELECT count(*) FROM again)
  WHERE id = $1`;
