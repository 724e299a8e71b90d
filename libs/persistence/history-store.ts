import type { DataSource } from 'typeorm';

import type { Recorded } from '#moderation/check-history.js';

import { KEPT } from './campaign-histories.js';
import { withDatabase } from './errors.js';

/** An asset with its whole history, for those who check the books. */
export interface AssetHistory extends Recorded {
  readonly assetId: string;
  /** Of the accepted bytes, hexadecimal; empty for an asset that was erased. */
  readonly sha256: string;
  /** Null where it was not erased. */
  readonly erasure: ErasureHistory | null;
}

/** What is known of the bytes of an erased asset. */
export interface ErasureHistory {
  /** Somebody has removed them. */
  readonly bytesGone: boolean;
  /** Milliseconds since it was erased. */
  readonly ageMs: number;
}

/** Reads whole histories page by page. */
export class HistoryStore {
  constructor(private readonly database: DataSource) {}

  async count(): Promise<number> {
    const rows = await withDatabase(() => this.database.query<{ n: string }[]>(`SELECT count(*) AS n FROM asset`));
    return Number(rows[0]?.n ?? 0);
  }

  /** Up to `most` assets behind the id `after`, in the order of their ids. */
  page(after: string | undefined, most: number): Promise<AssetHistory[]> {
    return withDatabase(() => this.database.query<AssetHistory[]>(PAGE, [after ?? null, most]));
  }

  /** Whether an asset is erased by now. */
  async isErased(assetId: string): Promise<boolean> {
    const rows = await withDatabase(() =>
      this.database.query<unknown[]>(`SELECT 1 FROM asset WHERE id = $1 AND erased_at IS NOT NULL`, [assetId]),
    );
    return rows.length === 1;
  }

  /** Assets whose idempotency key answers with another asset. At most `most`. */
  async wrongAnswers(most: number): Promise<string[]> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(
        `SELECT asset_id AS id FROM idempotency WHERE answer ->> 'id' IS DISTINCT FROM asset_id::text LIMIT $1`,
        [most],
      ),
    );
    return rows.map((row) => row.id);
  }

  /** Assets of which a campaign's books and their decisions do not say the same. At most `most`. */
  async wrongCampaigns(most: number): Promise<string[]> {
    const rows = await withDatabase(() => this.database.query<{ id: string }[]>(WRONG_CAMPAIGNS, [most]));
    return rows.map((row) => row.id);
  }
}

/** What is said to have been applied is a decision, and each decision of a campaign is said to be; likewise undone. */
const WRONG_CAMPAIGNS = `
  WITH said AS (
    SELECT asset_id, campaign_id::text AS by, revision_applied AS revision, outcome = 'rolled_back' AS undone
    FROM campaign_result WHERE revision_applied IS NOT NULL
  ), done AS (
    SELECT d.asset_id, d.cause_id AS by, d.revision, EXISTS (SELECT 1 FROM decision r
      WHERE r.asset_id = d.asset_id AND r.cause = 'rollback' AND r.cause_id = d.cause_id) AS undone
    FROM decision d WHERE d.cause = 'campaign'
  )
  SELECT DISTINCT asset_id AS id
  FROM ((TABLE said EXCEPT TABLE done) UNION ALL (TABLE done EXCEPT TABLE said)) AS differing
  LIMIT $1`;

/** Events are forgotten by one clock, decisions were dated by another. */
const CLOCKS_APART = '1 day';

/** Of an erased asset `a`: something is left of it that is not its decisions. */
const REMEMBERED = `a.erased_at IS NOT NULL AND (num_nonnulls(a.external_id, a.uploader_id, a.metadata, a.pdq) > 0
    OR a.sha256 <> '' OR EXISTS (SELECT 1 FROM decision d WHERE d.asset_id = a.id AND d.note IS NOT NULL)
    OR EXISTS (SELECT 1 FROM event e WHERE e.asset_id = a.id AND e.data ->> 'externalId' IS NOT NULL)
    OR EXISTS (SELECT 1 FROM idempotency i WHERE i.asset_id = a.id AND NOT i.answer ? 'erased')
    OR EXISTS (SELECT 1 FROM source_item i WHERE i.asset_id = a.id
      AND (substr(i.key, 1, 1) <> '\\x00'::bytea OR i.detail IS NOT NULL))
    OR EXISTS (SELECT 1 FROM bulk_item i WHERE i.asset_id = a.id AND (coalesce(i.url, '') <> ''
      OR coalesce(i.entry, '{}') <> '{}' OR num_nonnulls(i.external_id, i.uploader_id, i.metadata, i.problem) > 0)))`;

const PAGE = `
  SELECT a.id AS "assetId", encode(a.sha256, 'hex') AS sha256, a.revisions, a.standing_revision AS "standingRevision", a.stage, a.verdict, a.served,
    a.if_late AS "ifLate", extract(epoch FROM a.final_by)::float8 * 1000 AS "finalByMs",
    EXISTS (SELECT 1 FROM pending_final p WHERE p.asset_id = a.id) AS pending, a.transition,
    EXISTS (SELECT 1 FROM pending_final p WHERE p.asset_id = a.id AND p.cause = 'resubmitted') AS resubmitted,
    EXISTS (SELECT 1 FROM review v WHERE v.asset_id = a.id AND v.state IN ('open', 'claimed')) AS "inReview",
    a.erased_at IS NOT NULL AS erased, ${REMEMBERED} AS remembered,
    CASE WHEN a.erased_at IS NOT NULL THEN jsonb_build_object(
      'bytesGone', EXISTS (SELECT 1 FROM erasure e WHERE e.asset_id = a.id AND e.bytes_gone_at IS NOT NULL),
      'ageMs', extract(epoch FROM now() - a.erased_at)::float8 * 1000) END AS erasure,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'revision', d.revision, 'stage', d.stage, 'source', d.source, 'verdict', d.verdict, 'band', d.band, 'cause', d.cause, 'causeId', d.cause_id,
        'kept', ${KEPT},
        'undoes', CASE WHEN d.cause = 'undo' THEN d.supersedes END,
        'supersedes', d.supersedes, 'scored', d.model_id IS NULL OR EXISTS (
          SELECT 1 FROM classification c WHERE c.asset_id = d.asset_id AND c.model_id = d.model_id),
        'matched', CASE WHEN d.source = 'hash'
          THEN EXISTS (SELECT 1 FROM bank_entry e WHERE e.id = (d.bank_match ->> 'entryId')::bigint)
          ELSE d.bank_match IS NULL END,
        'announced', d.decided_at < b.kept_from + interval '${CLOCKS_APART}' OR (d.supersedes IS NOT NULL) = EXISTS (
          SELECT 1 FROM event e WHERE e.asset_id = d.asset_id AND e.sequence = d.revision),
        'transition', (SELECT r.transition FROM reconciliation r WHERE r.asset_id = d.asset_id AND r.revision = d.revision),
        'decidedAtMs', extract(epoch FROM d.decided_at)::float8 * 1000)
      ORDER BY d.revision), '[]') FROM decision d WHERE d.asset_id = a.id) AS decisions
  FROM asset a CROSS JOIN event_book b
  WHERE $1::uuid IS NULL OR a.id > $1::uuid
  ORDER BY a.id
  LIMIT $2`;
