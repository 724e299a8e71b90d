import { ANY_HASH } from './bank-removal.js';

/** What stood for an item whose asset was erased before versions were told apart. @param key its name */
export const NAMELESS = (key: string): string => `('\\x00'::bytea || sha256(${key}))`;

/**
 * What stands for a version of an item whose asset was erased: no name begins with a zero byte.
 *
 * @param externalId that the asset had
 * @param version as the asset's metadata had it
 */
export const ERASED_ITEM = (externalId: string, version: string): string =>
  NAMELESS(`convert_to(${externalId} || E'\\n' || ${version}, 'UTF8')`);

/** What came of a source among the assets `$1`: each says itself of which item, whoever has taken its item's row since. */
const ITEMS = `
  SELECT a.id AS asset_id, s.id AS source_id, a.external_id, a.metadata ->> 'sourceVersion' AS version
  FROM asset a JOIN source s ON s.id::text = a.metadata ->> 'source' AND s.client_id = a.client_id
  WHERE a.id = ANY ($1::uuid[]) AND a.external_id IS NOT NULL AND a.metadata ->> 'sourceVersion' IS NOT NULL`;

/**
 * What goes of the assets `$1` that are erased. Each statement is run by itself, in this order, in the transaction that
 * has marked them; run again, none changes anything. What looks for personal texts in every column of every table is
 * test/medium/erasure.spec.ts: a new column that holds any needs its statement here.
 */
export const FORGET: readonly string[] = [
  `DELETE FROM pending_final WHERE asset_id = ANY ($1::uuid[])`,
  // a run that finds one of these versions again takes it for known; run 0 is none
  `INSERT INTO source_item (source_id, run, key, version, change, outcome, asset_id, verdict, attempts)
   SELECT DISTINCT ON (t.source_id, t.external_id, t.version) t.source_id, coalesce(i.run, 0),
     ${ERASED_ITEM('t.external_id', 't.version')}, t.version, coalesce(i.change, 'new'), 'accepted', t.asset_id, d.verdict,
     coalesce(i.attempts, 1)
   FROM (${ITEMS}) AS t JOIN decision d ON d.asset_id = t.asset_id AND d.revision = 1
   LEFT JOIN source_item i ON i.source_id = t.source_id AND i.asset_id = t.asset_id
   ORDER BY t.source_id, t.external_id, t.version, t.asset_id
   ON CONFLICT DO NOTHING`,
  // its name goes, also where a later version of it was not taken; the next run asks anew for what is still there
  `DELETE FROM source_item i USING (${ITEMS}) AS t
   WHERE i.source_id = t.source_id AND i.asset_id IS NULL AND i.key = convert_to(t.external_id, 'UTF8')`,
  `DELETE FROM source_item WHERE asset_id = ANY ($1::uuid[]) AND substr(key, 1, 1) <> '\\x00'::bytea`,
  // what it looks like is a picture of it, if a coarse one
  `UPDATE asset SET external_id = NULL, uploader_id = NULL, metadata = NULL, sha256 = '', pdq = NULL, pdq_quality = NULL
   WHERE id = ANY ($1::uuid[])`,
  `UPDATE decision SET note = NULL WHERE asset_id = ANY ($1::uuid[]) AND note IS NOT NULL`,
  `UPDATE event SET data = jsonb_set(data, '{externalId}', 'null') WHERE asset_id = ANY ($1::uuid[])`,
  `UPDATE idempotency SET answer = jsonb_build_object('id', asset_id, 'erased', true) WHERE asset_id = ANY ($1::uuid[])`,
  `UPDATE review SET state = 'withdrawn', revision = revision + 1
   WHERE asset_id = ANY ($1::uuid[]) AND state IN ('open', 'claimed')`,
  `UPDATE review_step SET note = NULL
   WHERE note IS NOT NULL AND review_id IN (SELECT id FROM review WHERE asset_id = ANY ($1::uuid[]))`,
  `UPDATE dead_letter SET detail = 'its asset was erased', note = NULL, closed_at = coalesce(closed_at, now()),
     closed_by = coalesce(closed_by, 'erasure'), closed_how = coalesce(closed_how, 'discarded')
   WHERE asset_id = ANY ($1::uuid[])`,
  // a hash that blocks protects others; one that allows protects nobody, and so does one that was removed. Decisions rest
  // on both, so that their rows stay, with another hash in its place
  `UPDATE bank_entry e SET asset_id = NULL, note = NULL,
     removed_at = CASE b.kind WHEN 'allow' THEN coalesce(e.removed_at, now()) ELSE e.removed_at END,
     removed_by = CASE b.kind WHEN 'allow' THEN coalesce(e.removed_by, 'erasure') ELSE e.removed_by END,
     sha256 = CASE WHEN b.kind = 'allow' OR e.removed_at IS NOT NULL THEN ${ANY_HASH} ELSE e.sha256 END,
     pdq = CASE WHEN b.kind = 'block' AND e.removed_at IS NULL THEN e.pdq END,
     quality = CASE WHEN b.kind = 'block' AND e.removed_at IS NULL THEN e.quality END
   FROM bank b WHERE b.id = e.bank_id AND e.asset_id = ANY ($1::uuid[])`,
  // an item whose worker has not said yet that it is an asset is told apart by its idempotency key (bulk-source.ts)
  `WITH items AS MATERIALIZED (
     SELECT asset_id, split_part(key, '·', 2)::uuid AS submission_id, split_part(key, '·', 3)::integer AS number
     FROM (SELECT asset_id, key FROM idempotency WHERE asset_id = ANY ($1::uuid[]) AND key LIKE 'bulk·%' OFFSET 0) AS k
     UNION SELECT asset_id, submission_id, number FROM bulk_item WHERE asset_id = ANY ($1::uuid[])
   )
   UPDATE bulk_item i SET url = left(i.url, 0), entry = CASE WHEN i.entry IS NOT NULL THEN '{}'::jsonb END,
     external_id = NULL, uploader_id = NULL, metadata = NULL, problem = NULL, state = 'accepted',
     asset_id = items.asset_id, lease_token = NULL, finished_at = coalesce(i.finished_at, now()),
     verdict = (SELECT verdict FROM decision d WHERE d.asset_id = items.asset_id AND d.revision = 1)
   FROM items WHERE i.submission_id = items.submission_id AND i.number = items.number`,
];
