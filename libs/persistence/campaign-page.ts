import { chosenOf, HUMAN, PENDING } from './campaign-choice.js';
import { ALL_DEGRADED } from './degraded.js';

const ASSET = `a.id, a.client_id, a.traffic_class, a.received_at, a.sha256, a.pdq, a.pdq_quality, a.degraded,
      a.standing_revision, a.verdict, a.served`;

const CHOSEN = `a.*, d.reasons, ${HUMAN} AS human, ${PENDING} AS pending`;

/** Assets `chosen` as a campaign judges them: `$3` is its model. */
const AS_JUDGED = `(SELECT coalesce(jsonb_agg(jsonb_build_object(
        'assetId', a.id, 'sha256', encode(a.sha256, 'hex'), 'degraded', ${ALL_DEGRADED}, 'revision', a.standing_revision,
        'verdict', a.verdict, 'served', a.served, 'reasons', a.reasons, 'humanDecided', a.human, 'pending', a.pending,
        'attempts', a.attempts,
        'perceptual', CASE WHEN a.pdq IS NOT NULL
          THEN jsonb_build_object('pdq', encode(a.pdq, 'hex'), 'quality', a.pdq_quality) END,
        'known', CASE WHEN c.asset_id IS NOT NULL
          THEN jsonb_build_object('scores', c.scores::float8[], 'views', c.views) END)
      ORDER BY a.id), '[]')
     FROM chosen a LEFT JOIN classification c ON c.asset_id = a.id AND c.model_id = $3) AS assets`;

/**
 * The next of the assets that the filter `$1` of the campaign `$2` chooses, up to `$4` among up to `$5` that are looked at.
 * What it has tried before comes by itself (`RETRIES`), and may have its result before the page that it was of.
 */
export const PAGE = `
  WITH scanned AS MATERIALIZED (
    SELECT ${ASSET}, 0 AS attempts
    FROM asset a
    WHERE a.id > coalesce((SELECT cursor FROM campaign WHERE id = $2), '00000000-0000-0000-0000-000000000000'::uuid)
    ORDER BY a.id LIMIT $5
  ), chosen AS MATERIALIZED (
    SELECT ${CHOSEN}
    ${chosenOf('scanned')}
      AND NOT EXISTS (SELECT 1 FROM campaign_attempt t WHERE t.campaign_id = $2 AND t.asset_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM campaign_result r WHERE r.campaign_id = $2 AND r.asset_id = a.id)
    ORDER BY a.id LIMIT $4
  )
  SELECT (SELECT id FROM scanned ORDER BY id DESC LIMIT 1) AS "scannedTo",
    (SELECT count(*)::integer FROM scanned) AS scanned,
    EXISTS (SELECT 1 FROM campaign_attempt WHERE campaign_id = $2) AS waiting,
    ${AS_JUDGED}`;

/**
 * Up to `$4` assets that the campaign `$2` tries again now; what its service died over comes alone. They were chosen when
 * they were tried first: `$1` is a filter of everything.
 */
export const RETRIES = `
  WITH gone AS (
    DELETE FROM campaign_attempt t USING erasure e WHERE t.campaign_id = $2 AND e.asset_id = t.asset_id
  ), due AS (
    SELECT asset_id, attempts, in_hand, due_at FROM campaign_attempt WHERE campaign_id = $2 AND due_at <= now()
    ORDER BY in_hand DESC, due_at, asset_id LIMIT $4
  ), taken AS MATERIALIZED (
    SELECT ${ASSET}, due.attempts FROM due JOIN asset a ON a.id = due.asset_id
    WHERE due.asset_id = (SELECT asset_id FROM due ORDER BY in_hand DESC, due_at, asset_id LIMIT 1)
      OR NOT (SELECT bool_or(in_hand) FROM due)
  ), chosen AS MATERIALIZED (
    SELECT ${CHOSEN}
    ${chosenOf('taken')}
  )
  SELECT ${AS_JUDGED}`;
