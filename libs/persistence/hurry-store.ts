import type { EntityManager } from 'typeorm';

/** The outbox's topic of what a late block brings forward; everything else is rung for in its turn. */
export const HURRIED = 'asset.hurried';

/** Late blocks of one transaction that are followed up: a burst of them mostly has the same neighbours. */
const BLOCKS_MAX = 20;
/** The newest of what waits, which would be labelled last: to look through all would take as long as the backlog is. */
const LOOKED_THROUGH_MAX = 10_000;
/** Of one uploader, of those of the last day. */
const UPLOADED_WITHIN = '24 hours';
/** Brought forward by one transaction: more at the head of the queue would be a queue of its own. */
const HURRIED_MAX = 200;

/**
 * Brings forward what still waits for its final and is suspect after some late blocks: pictures that look like a
 * blocked one (PDQ within 31 bits, of 50 and more quality; Meta's thresholds), and what the same uploader of the same
 * client was allowed in the last day. Each is brought forward once. What somebody holds at this moment is passed over:
 * it is being labelled.
 *
 * @param blocked assets whose late block the transaction has written
 * @param at epoch milliseconds
 */
export async function hurryAfter(transaction: EntityManager, blocked: readonly string[], at: number): Promise<void> {
  if (blocked.length > 0) await transaction.query(HURRY, [blocked.slice(0, BLOCKS_MAX), at]);
}

const HURRY = `
  WITH b AS MATERIALIZED (
    SELECT DISTINCT client_id, uploader_id,
      CASE WHEN pdq_quality >= 50 THEN ('x' || encode(pdq, 'hex'))::bit(256) END AS pdq
    FROM asset WHERE id = ANY ($1)
  ), w AS MATERIALIZED (
    SELECT asset_id, client_id, uploader_id, pdq, received_at
    FROM (SELECT * FROM pending_final ORDER BY asset_id DESC LIMIT ${LOOKED_THROUGH_MAX}) newest
    WHERE hurried_at IS NULL AND (lease_token IS NULL OR lease_expires_at < now()) AND asset_id <> ALL ($1)
  ), uploaded AS MATERIALIZED (
    SELECT w.asset_id FROM w JOIN b USING (client_id, uploader_id)
    WHERE w.received_at > to_timestamp($2::float8 / 1000) - interval '${UPLOADED_WITHIN}'
  ), suspect AS (
    SELECT asset_id FROM w WHERE EXISTS (SELECT 1 FROM b WHERE bit_count(b.pdq # w.pdq) <= 31)
    UNION SELECT u.asset_id FROM uploaded u JOIN asset a ON a.id = u.asset_id WHERE a.served
  ), chosen AS (
    SELECT asset_id FROM pending_final
    WHERE asset_id = ANY (ARRAY (SELECT asset_id FROM suspect)) AND hurried_at IS NULL
    ORDER BY received_at LIMIT ${HURRIED_MAX} FOR UPDATE SKIP LOCKED
  ), marked AS (
    UPDATE pending_final p SET hurried_at = to_timestamp($2::float8 / 1000)
    FROM chosen WHERE p.asset_id = chosen.asset_id
    RETURNING p.asset_id, p.traffic_class
  )
  INSERT INTO outbox (topic, asset_id, traffic_class, created_at)
  SELECT '${HURRIED}', asset_id, traffic_class, to_timestamp($2::float8 / 1000) FROM marked`;
