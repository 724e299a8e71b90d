import type { BenchContext } from '../bench-context.js';
import { fillAssets } from '../fill-assets.js';
import type { PrivateInstallation } from '../private-installation.js';

/**
 * Writes assets that both tiers have labelled, received over the last five days: nine of ten with next to nothing of
 * explicit, the others anything between.
 */
export const fillScores = (
  context: BenchContext,
  installation: PrivateInstallation,
  count: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> => fillAssets(context, installation, { count, fill: FILL, more: [count] }, onProgress);

const FILL = `
  WITH n AS MATERIALIZED (
    SELECT g, uuidv7(age) AS id, date_trunc('milliseconds', now() + age) AS at, (x > 0.9)::int * random() AS s
    FROM generate_series($1::integer, $2::integer) AS g,
      LATERAL (SELECT (g::float8 / $7::integer - 1) * interval '5 days' AS age, random() AS x) AS drawn
  ), assets AS (
    INSERT INTO asset (id, client_id, uploader_id, traffic_class, sha256, bytes, media_type, width, height, frames, degraded,
      received_at, final_by, revisions, standing_revision, stage, verdict, served, transition)
    SELECT id, $3::uuid, 'user-' || g / 200, 'normal', sha256(uuid_send(id)), 180000, 'image/jpeg', 1280, 960, 1, '{}',
      at, at + interval '10 minutes', 2, 2, 'final', 'allow', true, 'confirmed_allow'
    FROM n
  ), classifications AS (
    INSERT INTO classification (asset_id, model_id, tier, scores, views, created_at)
    SELECT id, model, tier, ARRAY[0.01, 0.02, 0.97 - s, s, 0]::real[], 2, at
    FROM n, LATERAL (VALUES ($4::text, 'fast'), ($5::text, 'heavy')) AS m (model, tier)
  )
  INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, model_id, supersedes,
    decided_at)
  SELECT id, revision, stage, 'allow', 'clear', tier, '[]'::jsonb, $6::integer, model, nullif(revision - 1, 0), at
  FROM n, LATERAL (VALUES (1, 'provisional', 'fast', $4::text), (2, 'final', 'heavy', $5::text))
    AS d (revision, stage, tier, model)`;
