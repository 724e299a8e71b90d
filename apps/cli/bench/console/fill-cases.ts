import { join } from 'node:path';
import { Readable } from 'node:stream';

import { STARTING_POLICY } from '#moderation/policy.js';
import { ReviewQueueStore } from '#persistence/review-queue-store.js';
import { AssetFiles } from '#storage/asset-files.js';

import type { BenchContext } from '../bench-context.js';
import { fillAssets } from '../fill-assets.js';
import { drawPhotographs } from '../photographs.js';
import type { PrivateInstallation } from '../private-installation.js';

const PHOTOGRAPHS = 16;
const SIDE = { width: 1_280, height: 960 };
const PAGE = 500;
const WRITTEN_AT_ONCE = 8;

/**
 * Writes assets that wait for a human: one of ten a late block, of these one of a hundred served on for an hour by now; of
 * the others a third that the tiers saw differently. With scores of both tiers, what each looks like, and uploaders of 200 assets each.
 */
export const fillCases = (
  context: BenchContext,
  installation: PrivateInstallation,
  count: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> => fillAssets(context, installation, { count, fill: FILL }, onProgress);

/** Gives the cases that come first their pictures. */
export async function storePictures({ home, database }: PrivateInstallation, count: number): Promise<void> {
  const photographs = await drawPhotographs(PHOTOGRAPHS, SIDE);
  const files = new AssetFiles(join(home, 'assets'));
  const queue = new ReviewQueueStore(database);
  const view = { who: { name: '', senior: true }, nowMs: Date.now() };
  const ids: string[] = [];
  for (let after: Parameters<typeof queue.list>[3]; ids.length < count;) {
    const page = await queue.list({}, view, Math.min(PAGE, count - ids.length), after);
    const last = page.at(-1);
    if (last === undefined) throw new Error('there are not as many cases as are to be decided');
    ids.push(...page.map(({ assetId }) => assetId));
    after = { ...last, openedAtMs: last.openedAt.getTime(), asOfMs: view.nowMs };
  }
  let begun = 0;
  const writer = async (): Promise<void> => {
    for (let at = begun++; at < ids.length; at = begun++) {
      const [id, file] = [ids[at] ?? '', photographs[at % PHOTOGRAPHS] ?? Buffer.alloc(0)];
      const { settled } = await files.write(id, Readable.from([file]), file.length);
      await settled;
    }
  };
  await Promise.all(Array.from({ length: WRITTEN_AT_ONCE }, writer));
}

const EXPLICIT = JSON.stringify([{ code: 'violating', label: 'sexual.explicit' }]);
const BETWEEN = JSON.stringify([{ code: 'uncertain', label: 'sexual.explicit' }]);
const { heavy: WIDE } = STARTING_POLICY.thresholds['sexual.explicit'];

/** In milliseconds, as the services write them: what is ordered by time has no more in a cursor. */
const FILL = `
  WITH n AS MATERIALIZED (
    SELECT g, uuidv7() AS id, gen_random_uuid() AS review_id, g % 10 = 0 AS late, g % 1000 = 0 AS on_show,
      date_trunc('milliseconds', now()) - (g % 3000) * interval '1 second' AS at, random() AS x
    FROM generate_series($1::integer, $2::integer) AS g
  ), d AS (
    SELECT *, at - CASE WHEN on_show THEN interval '1 hour' ELSE interval '1 minute' END AS since FROM n
  ), assets AS (
    INSERT INTO asset (id, client_id, external_id, uploader_id, traffic_class, sha256, bytes, media_type, width, height,
      frames, degraded, received_at, final_by, revisions, standing_revision, stage, verdict, served, transition, pdq,
      pdq_quality)
    SELECT id, $3::uuid, 'post-' || g, 'user-' || g / 200, (ARRAY['urgent', 'normal', 'bulk'])[1 + g % 3], sha256(uuid_send(id)),
      180000, 'image/jpeg', 1280, 960, 1, '{}', since, since + interval '10 minutes', 2, 2, 'final',
      CASE WHEN late AND NOT on_show THEN 'block' ELSE 'review' END, NOT late OR on_show,
      CASE WHEN late AND NOT on_show THEN 'late_block' ELSE 'needs_review' END, sha256(uuid_send(id)), 80
    FROM d
  ), classifications AS (
    INSERT INTO classification (asset_id, model_id, tier, scores, views, created_at)
    SELECT id, model, tier, ARRAY[0.01, 0.02, 0.97 - s, s, 0]::real[], 2, at
    FROM n, LATERAL (VALUES ($4::text, 'fast', 0.05), ($5::text, 'heavy',
      CASE WHEN late THEN 0.95 ELSE ${WIDE.clearBelow} + x * ${WIDE.blockFrom - WIDE.clearBelow} END)) AS m (model, tier, s)
  ), decisions AS (
    INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, model_id, supersedes,
      decided_at)
    SELECT id, 1, 'provisional', 'allow', 'clear', 'fast', '[]'::jsonb, $6::integer, $4::text, NULL::integer,
      since FROM d
    UNION ALL
    SELECT id, 2, 'final', CASE WHEN late AND NOT on_show THEN 'block' ELSE 'review' END,
      CASE WHEN late THEN 'violating' ELSE 'uncertain' END, 'heavy',
      CASE WHEN late THEN '${EXPLICIT}'::jsonb ELSE '${BETWEEN}'::jsonb END, $6::integer, $5::text, 1, at FROM n
  )
  INSERT INTO review (id, asset_id, client_id, state, disagreement, change, labels, exposure_ms, served_since, margin,
    opened_at)
  SELECT review_id, id, $3::uuid, 'open', late OR g % 3 = 0, CASE WHEN late THEN 'late_block' ELSE 'needs_review' END,
    '{sexual.explicit}', CASE WHEN late THEN 60000 + floor(x * 600000) ELSE 0 END,
    CASE WHEN on_show THEN since END, (x / 2)::real, at
  FROM d`;
