import type { EntityManager } from 'typeorm';

import type { ProvisionalVerdict } from '#moderation/words.js';

import { removedBy } from './bank-removal.js';

/** A final decision that has come into force and that the banks shall know from now on. */
export interface BankLesson {
  readonly assetId: string;
  readonly verdict: ProvisionalVerdict;
  readonly origin: 'moderator' | 'machine';
  /** The moderator, or the model version. */
  readonly by: string;
  readonly note: string | null;
}

/**
 * Writes final decisions into the banks `decided.block` and `decided.allow`, in the transaction that takes them. What
 * the other of the two said of the same bytes is removed. A machine neither adds nor removes anything against a human.
 *
 * Expects the assets to be locked, and what they look like to be stored.
 */
export async function learn(transaction: EntityManager, lessons: readonly BankLesson[]): Promise<void> {
  if (lessons.length === 0) return;
  const assetIds = lessons.map(({ assetId }) => assetId);
  await takeTurns(transaction, assetIds);
  await transaction.query(LEARN, [JSON.stringify(lessons)]);
}

/** Assets of the same bytes are decided one after the other: no two entries ever contradict each other. */
export async function takeTurns(transaction: EntityManager, assetIds: readonly string[]): Promise<void> {
  await transaction.query(TAKE_TURNS, [assetIds]);
}

const TAKE_TURNS = `
  SELECT pg_advisory_xact_lock(hashtext('portcullis.lesson'), key)
  FROM (SELECT DISTINCT hashtext(encode(sha256, 'hex')) AS key FROM asset WHERE id = ANY ($1::uuid[]) ORDER BY key) AS keys`;

/** Only `decided.block` is told what an asset looks like: what looks like something allowed need not be allowed. */
const LEARN = `
  WITH lesson AS (
    SELECT DISTINCT ON (a.sha256) l."assetId" AS asset_id, l.origin, l.by, l.note, a.sha256,
      CASE WHEN l.verdict = 'block' AND a.pdq_quality >= 50 THEN a.pdq END AS pdq,
      CASE WHEN l.verdict = 'block' AND a.pdq_quality >= 50 THEN a.pdq_quality END AS quality,
      own.id AS bank_id, contrary.id AS contrary_id
    FROM jsonb_to_recordset($1::jsonb) AS l ("assetId" uuid, verdict text, origin text, by text, note text)
    JOIN asset a ON a.id = l."assetId"
    JOIN bank own ON own.name = 'decided.' || l.verdict
    JOIN bank contrary ON contrary.name = CASE l.verdict WHEN 'block' THEN 'decided.allow' ELSE 'decided.block' END
    ORDER BY a.sha256, l.verdict = 'block' DESC
  ), the_contrary AS (
    UPDATE bank_entry e SET ${removedBy('l.by')}
    FROM lesson l
    WHERE e.bank_id = l.contrary_id AND e.sha256 = l.sha256 AND e.removed_at IS NULL
      AND (l.origin = 'moderator' OR e.origin = 'machine')
  )
  INSERT INTO bank_entry (bank_id, sha256, pdq, quality, asset_id, origin, note, added_by)
  SELECT bank_id, sha256, pdq, quality, asset_id, origin, note, by
  FROM lesson l
  WHERE l.origin = 'moderator' OR NOT EXISTS (
    SELECT 1 FROM bank_entry e
    WHERE e.bank_id = l.contrary_id AND e.sha256 = l.sha256 AND e.removed_at IS NULL AND e.origin <> 'machine')
  ORDER BY sha256
  ON CONFLICT (bank_id, sha256) WHERE sha256 IS NOT NULL AND removed_at IS NULL DO UPDATE SET
    pdq = coalesce(bank_entry.pdq, excluded.pdq), quality = coalesce(bank_entry.quality, excluded.quality),
    asset_id = coalesce(bank_entry.asset_id, excluded.asset_id), disabled_until = NULL, changed_by = excluded.added_by,
    origin = CASE bank_entry.origin WHEN 'machine' THEN excluded.origin ELSE bank_entry.origin END
  WHERE excluded.origin = 'moderator'`;
