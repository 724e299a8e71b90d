import type { EntityManager } from 'typeorm';

import type { ProvisionalVerdict } from '#moderation/words.js';

import { learn, takeTurns } from './bank-lessons.js';
import { removedBy } from './bank-removal.js';

/** A human decision that the banks learn. */
export interface HumanLesson {
  readonly assetId: string;
  /** Of the decision. */
  readonly revision: number;
  readonly verdict: ProvisionalVerdict;
  readonly by: string;
  readonly note: string;
}

/** A decision by its asset and revision. */
export interface DecisionKey {
  readonly assetId: string;
  readonly revision: number;
}

interface KnownEntry {
  readonly assetId: string;
  readonly entryId: string;
  readonly kind: ProvisionalVerdict;
  readonly before: { readonly origin: string; readonly disabledUntil: string | null; readonly seen: boolean };
}

/**
 * Has the banks learn human decisions that are written already, and notes what that changed in them, so that it can be
 * taken back. The assets are held by the transaction. @throws the driver's error
 */
export async function teach(transaction: EntityManager, lessons: readonly HumanLesson[]): Promise<void> {
  const assetIds = lessons.map(({ assetId }) => assetId);
  await takeTurns(transaction, assetIds);
  const before = await transaction.query<KnownEntry[]>(KNOWN, [assetIds]);
  await learn(
    transaction,
    lessons.map(({ assetId, verdict, by, note }) => ({ assetId, verdict, origin: 'moderator' as const, by, note })),
  );
  const after = await transaction.query<KnownEntry[]>(KNOWN, [assetIds]);
  const rows = lessons.flatMap((lesson) => changesOf(lesson, before, after));
  if (rows.length > 0) await transaction.query(NOTE, [JSON.stringify(rows)]);
}

/**
 * Has the banks forget what human decisions taught them: what they added goes, unless another decision on the same bytes
 * says the same; what they removed or changed is as it was. @throws the driver's error
 */
export async function unteach(
  transaction: EntityManager,
  decisions: readonly DecisionKey[],
  by: string,
): Promise<void> {
  await takeTurns(
    transaction,
    decisions.map(({ assetId }) => assetId),
  );
  const keys = JSON.stringify(decisions);
  await transaction.query(MARK, [keys]);
  await transaction.query(REMOVE, [keys, by]);
  await transaction.query(RESET, [keys, by]);
  await transaction.query(RESTORE, [keys, by]);
}

interface LessonRow extends DecisionKey {
  readonly entryId: string;
  readonly did: 'added' | 'affirmed' | 'removed';
  readonly before: KnownEntry['before'] | null;
}

function changesOf(
  { assetId, revision }: HumanLesson,
  before: readonly KnownEntry[],
  after: readonly KnownEntry[],
): LessonRow[] {
  const had = new Map(before.filter((entry) => entry.assetId === assetId).map((entry) => [entry.entryId, entry]));
  const has = new Set(after.filter((entry) => entry.assetId === assetId).map(({ entryId }) => entryId));
  const rowOf = (entryId: string, did: LessonRow['did']): LessonRow => ({
    assetId,
    revision,
    entryId,
    did,
    before: had.get(entryId)?.before ?? null,
  });
  const taught = [...has].map((id) => rowOf(id, had.has(id) ? 'affirmed' : 'added'));
  const removed = [...had.keys()].filter((id) => !has.has(id)).map((id) => rowOf(id, 'removed'));
  return [...taught, ...removed];
}

/** `seen`: it has what its picture looks like. */
const KNOWN = `
  SELECT a.id AS "assetId", e.id::text AS "entryId", b.kind,
    jsonb_build_object('origin', e.origin, 'disabledUntil', e.disabled_until, 'seen', e.pdq IS NOT NULL) AS before
  FROM asset a JOIN bank b ON b.name IN ('decided.block', 'decided.allow')
  JOIN bank_entry e ON e.bank_id = b.id AND e.sha256 = a.sha256 AND e.removed_at IS NULL
  WHERE a.id = ANY ($1::uuid[])`;

const NOTE = `
  INSERT INTO review_lesson (asset_id, revision, entry_id, did, before)
  SELECT "assetId", revision, "entryId", did, before
  FROM jsonb_to_recordset($1::jsonb) AS x ("assetId" uuid, revision integer, "entryId" bigint, did text, before jsonb)`;

/** The lessons `l` of the decisions `$1`. */
const LESSONS = `review_lesson l JOIN jsonb_to_recordset($1::jsonb) AS k ("assetId" uuid, revision integer)
    ON l.asset_id = k."assetId" AND l.revision = k.revision`;

const MARK = `UPDATE review_lesson SET undone_at = now()
  WHERE (asset_id, revision) IN (
    SELECT k."assetId", k.revision FROM jsonb_to_recordset($1::jsonb) AS k ("assetId" uuid, revision integer))`;

/** A decision that was not taken back says the same as the entry. */
const stillTaught = (entryId: string): string => `EXISTS (SELECT 1 FROM review_lesson o
    WHERE o.entry_id = ${entryId} AND o.did <> 'removed' AND o.undone_at IS NULL)`;

/** The entry is there because somebody decided. */
const added = (entryId: string): string =>
  `EXISTS (SELECT 1 FROM review_lesson o WHERE o.entry_id = ${entryId} AND o.did = 'added')`;

const REMOVE = `
  UPDATE bank_entry e SET ${removedBy('$2')}
  FROM ${LESSONS}
  WHERE e.id = l.entry_id AND e.removed_at IS NULL AND l.did <> 'removed' AND ${added('l.entry_id')} AND NOT ${stillTaught('l.entry_id')}`;

/** Of a lesson `o` of the decision `d`: another decision said the same when it was taken. */
const SAID_BEFORE = `EXISTS (
      SELECT 1 FROM review_lesson p JOIN decision q ON q.asset_id = p.asset_id AND q.revision = p.revision
      WHERE p.entry_id = o.entry_id AND p.did = 'affirmed' AND q.decided_at < d.decided_at AND p.undone_at > d.decided_at)`;

/** An entry that was there before people decided is as it was then: before the first of those that are taken back now. */
const RESET = `
  UPDATE bank_entry e SET changed_by = $2, origin = f.before ->> 'origin',
    disabled_until = (f.before ->> 'disabledUntil')::timestamptz,
    pdq = CASE WHEN (f.before ->> 'seen')::boolean THEN e.pdq END,
    quality = CASE WHEN (f.before ->> 'seen')::boolean THEN e.quality END
  FROM (
    SELECT DISTINCT ON (o.entry_id) o.entry_id, o.before
    FROM ${LESSONS} JOIN review_lesson o ON o.entry_id = l.entry_id AND o.did = 'affirmed'
    JOIN decision d ON d.asset_id = o.asset_id AND d.revision = o.revision
    WHERE l.did = 'affirmed' AND NOT ${added('l.entry_id')} AND NOT ${stillTaught('l.entry_id')}
      AND NOT ${SAID_BEFORE}
    ORDER BY o.entry_id, d.decided_at DESC
  ) AS f
  WHERE e.id = f.entry_id AND e.removed_at IS NULL`;

/** What was removed comes back where nothing says the contrary of the same bytes, and nothing says the same already. */
const RESTORE = `
  UPDATE bank_entry e SET removed_at = NULL, removed_by = NULL, changed_by = $2
  FROM (
    SELECT DISTINCT r.entry_id, a.sha256
    FROM ${LESSONS} JOIN asset a ON a.id = l.asset_id
    JOIN review_lesson n ON n.entry_id = l.entry_id
    JOIN review_lesson r ON r.asset_id = n.asset_id AND r.revision = n.revision AND r.did = 'removed'
    WHERE NOT EXISTS (SELECT 1 FROM review_lesson o
        WHERE o.entry_id = r.entry_id AND o.did = 'removed' AND o.undone_at IS NULL)
      AND (NOT ${added('r.entry_id')} OR ${stillTaught('r.entry_id')})
  ) AS gone
  WHERE e.id = gone.entry_id AND e.removed_at IS NOT NULL AND e.sha256 = gone.sha256 AND gone.sha256 <> ''
    AND NOT EXISTS (SELECT 1 FROM bank_entry x JOIN bank b ON b.id = x.bank_id
      WHERE b.name IN ('decided.block', 'decided.allow') AND x.sha256 = e.sha256 AND x.removed_at IS NULL)`;
