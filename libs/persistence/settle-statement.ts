import { unionOf } from './degraded.js';
import { THE_EVENTS } from './event-statement.js';
import type { PreparedStatement } from './run-prepared.js';

/** A case `v` of what is blocked is of a late block, which a human has yet to look at: the same once more is no look. */
const BLOCKED_LATE = `EXISTS (SELECT FROM asset a WHERE a.id = v.asset_id AND a.verdict = 'block')`;

/**
 * Writes a batch of finals with all that follows from each: one statement, whatever their number. Its parameter is a JSON
 * array of `Settlement` (final-store.ts). To plan it takes as long as to run it for four assets.
 */
export const SETTLE: PreparedStatement = {
  name: 'settle-finals',
  text: `
  WITH r AS (
    SELECT *, to_timestamp(at / 1000.0) AS decided_at, nullif(next -> 'reconciliation', 'null') AS reconciliation
    FROM jsonb_to_recordset($1::jsonb) AS x (
      "assetId" uuid, at float8, judgement jsonb, "policyVersion" integer, classification jsonb, margin real, dead jsonb,
      next jsonb, review jsonb, perceptual jsonb, degraded text[], "match" jsonb, cause text, "causeId" text)
  ), the_classifications AS (
    INSERT INTO classification (asset_id, model_id, tier, scores, views, view_scores, view_names, created_at)
    SELECT "assetId", c."modelId", 'heavy', c.scores, c.views, c."viewScores", c."viewNames", decided_at
    FROM r, jsonb_to_record(nullif(classification, 'null')) AS c ("modelId" text, scores real[], views smallint,
      "viewScores" real[], "viewNames" jsonb)
    WHERE c."modelId" IS NOT NULL
    ON CONFLICT (asset_id, model_id) DO NOTHING
  ), the_decisions AS (
    INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, model_id, supersedes,
      bank_match, cause, cause_id, decided_at)
    SELECT "assetId", (next ->> 'revision')::integer, 'final', judgement ->> 'verdict', judgement ->> 'band',
      judgement ->> 'source', judgement -> 'reasons', "policyVersion", classification ->> 'modelId',
      (next ->> 'supersedes')::integer, nullif("match", 'null'), cause, "causeId", decided_at
    FROM r
    RETURNING *
  ), the_changes AS (
    SELECT "assetId" AS asset_id, (next ->> 'served')::boolean AS served, reconciliation ->> 'transition' AS transition,
      (reconciliation ->> 'exposureMs')::float8::bigint AS exposure_ms
    FROM r
  ), ${THE_EVENTS}, the_reconciliations AS (
    INSERT INTO reconciliation (asset_id, revision, transition, exposure_ms, wrongful_hold_ms, reconciled_at)
    SELECT "assetId", (next ->> 'revision')::integer, reconciliation ->> 'transition',
      (reconciliation ->> 'exposureMs')::float8::bigint, (reconciliation ->> 'wrongfulHoldMs')::float8::bigint, decided_at
    FROM r WHERE reconciliation IS NOT NULL
  ), the_reviews AS (
    INSERT INTO review (id, asset_id, client_id, state, disagreement, change, labels, exposure_ms, served_since, margin,
      opened_at)
    SELECT (review ->> 'id')::uuid, "assetId", (review ->> 'clientId')::uuid, 'open', (review ->> 'disagreement')::boolean,
      review ->> 'change', ARRAY(SELECT jsonb_array_elements_text(review -> 'labels')), (review ->> 'exposureMs')::float8,
      to_timestamp((review ->> 'servedSinceMs')::float8 / 1000.0), margin, decided_at
    FROM r WHERE jsonb_typeof(review) = 'object'
    ON CONFLICT (asset_id) WHERE state IN ('open', 'claimed') DO UPDATE SET disagreement = excluded.disagreement,
      change = excluded.change, labels = excluded.labels, exposure_ms = excluded.exposure_ms,
      served_since = excluded.served_since, margin = excluded.margin,
      revision = review.revision + 1
  ), the_withdrawn AS (
    UPDATE review v SET state = 'withdrawn', revision = v.revision + 1
    FROM r WHERE v.asset_id = r."assetId" AND v.state IN ('open', 'claimed')
      AND jsonb_typeof(reconciliation) = 'object' AND jsonb_typeof(review) IS DISTINCT FROM 'object'
      AND NOT (judgement ->> 'verdict' = 'block' AND ${BLOCKED_LATE})
  ), the_dead AS (
    INSERT INTO dead_letter (asset_id, reason, attempts, detail, created_at)
    SELECT "assetId", dead ->> 'reason', (dead ->> 'attempts')::integer, dead ->> 'detail', decided_at
    FROM r WHERE jsonb_typeof(dead) = 'object'
  )
  UPDATE asset a SET revisions = (next ->> 'revision')::integer, standing_revision = (next ->> 'standingRevision')::integer,
    stage = next ->> 'stage', verdict = next ->> 'verdict', served = (next ->> 'served')::boolean,
    transition = coalesce(reconciliation ->> 'transition', a.transition),
    degraded = CASE WHEN r.degraded <@ a.degraded OR r.degraded IS NULL THEN a.degraded
      ELSE ${unionOf('a.degraded', 'r.degraded')} END,
    pdq = coalesce(decode(perceptual ->> 'pdq', 'hex'), a.pdq),
    pdq_quality = coalesce((perceptual ->> 'quality')::smallint, a.pdq_quality)
  FROM r WHERE a.id = r."assetId"`,
};
