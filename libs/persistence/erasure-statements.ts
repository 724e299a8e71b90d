/** What stands for an item of a source whose asset was erased: no name begins with a zero byte. @param key its name */
export const NAMELESS = (key: string): string => `('\\x00'::bytea || sha256(${key}))`;

/**
 * What goes of the assets `$1` that are erased. Each statement is run by itself, in this order, in the transaction that
 * has marked them; run again, none changes anything. What looks for personal texts in every column of every table is
 * test/medium/erasure.spec.ts: a new column that holds any needs its statement here.
 */
export const FORGET: readonly string[] = [
  `DELETE FROM pending_final WHERE asset_id = ANY ($1::uuid[])`,
  // what it looks like is a picture of it, if a coarse one
  `UPDATE asset SET external_id = NULL, uploader_id = NULL, metadata = NULL, sha256 = '', pdq = NULL, pdq_quality = NULL
   WHERE id = ANY ($1::uuid[])`,
  `UPDATE decision SET note = NULL WHERE asset_id = ANY ($1::uuid[]) AND note IS NOT NULL`,
  `UPDATE event SET data = jsonb_set(data, '{externalId}', 'null') WHERE asset_id = ANY ($1::uuid[])`,
  `UPDATE idempotency SET answer = jsonb_build_object('id', asset_id, 'erased', true) WHERE asset_id = ANY ($1::uuid[])`,
  `UPDATE review SET state = 'withdrawn', revision = revision + 1
   WHERE asset_id = ANY ($1::uuid[]) AND state IN ('open', 'claimed')`,
  `UPDATE dead_letter SET detail = 'its asset was erased', note = NULL, closed_at = coalesce(closed_at, now()),
     closed_by = coalesce(closed_by, 'erasure'), closed_how = coalesce(closed_how, 'discarded')
   WHERE asset_id = ANY ($1::uuid[])`,
  // a hash that blocks protects others; one that allows protects nobody. Decisions rest on both, so that their rows stay
  `UPDATE bank_entry e SET asset_id = NULL, note = NULL,
     removed_at = CASE b.kind WHEN 'allow' THEN coalesce(e.removed_at, now()) ELSE e.removed_at END,
     removed_by = CASE b.kind WHEN 'allow' THEN coalesce(e.removed_by, 'erasure') ELSE e.removed_by END
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
  // a run that finds it again takes it for known; what stands for an earlier version that was erased makes room
  `DELETE FROM source_item old USING source_item i
   WHERE i.asset_id = ANY ($1::uuid[]) AND old.source_id = i.source_id AND old.key = ${NAMELESS('i.key')}`,
  `UPDATE source_item SET key = ${NAMELESS('key')}, detail = NULL
   WHERE asset_id = ANY ($1::uuid[]) AND substr(key, 1, 1) <> '\\x00'::bytea`,
];
