import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The moderators' desk: a claim is one tab's, late blocks that are still served are in order by what their exposure is now,
 * and what people taught the banks before it was noted can be taken back.
 */
export class DeskWork1782400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

/** Human decisions `d` on assets `a`, from before lessons were noted. */
const UNNOTED = `decision d JOIN asset a ON a.id = d.asset_id
    WHERE d.source = 'moderator' AND d.cause IS NULL AND d.verdict IN ('allow', 'block') AND a.erased_at IS NULL
      AND NOT EXISTS (SELECT FROM review_lesson l WHERE l.asset_id = d.asset_id AND l.revision = d.revision)`;

const STATEMENTS = [
  // first what holds no table: the entry that a decision added has its asset, and the name of whoever decided
  `CREATE TEMPORARY TABLE unnoted AS
    SELECT d.asset_id, d.revision, d.verdict, d.actor, d.decided_at, a.sha256 FROM ${UNNOTED}`,
  `INSERT INTO review_lesson (asset_id, revision, entry_id, did, before)
    SELECT d.asset_id, d.revision, e.id,
      CASE WHEN e.asset_id = d.asset_id AND e.added_by = d.actor THEN 'added' ELSE 'affirmed' END,
      jsonb_build_object('origin', CASE WHEN m.id IS NULL THEN e.origin ELSE 'machine' END,
        'disabledUntil', e.disabled_until, 'seen', e.pdq IS NOT NULL)
    FROM unnoted d JOIN bank b ON b.name = 'decided.' || d.verdict
    JOIN bank_entry e ON e.bank_id = b.id AND e.sha256 = d.sha256 AND e.removed_at IS NULL
    LEFT JOIN model_version m ON m.id = e.added_by`,
  // the same transaction removed it: its time and the decision's are of the same moment, by two clocks
  `INSERT INTO review_lesson (asset_id, revision, entry_id, did)
    SELECT d.asset_id, d.revision, e.id, 'removed'
    FROM unnoted d JOIN bank b ON b.name = CASE d.verdict WHEN 'block' THEN 'decided.allow' ELSE 'decided.block' END
    JOIN bank_entry e ON e.bank_id = b.id AND e.sha256 = d.sha256 AND e.removed_by = d.actor
      AND e.removed_at BETWEEN d.decided_at - interval '30 seconds' AND d.decided_at + interval '30 seconds'
    ON CONFLICT DO NOTHING`,
  `DROP TABLE unnoted`,
  `ALTER TABLE review ADD COLUMN claimed_in text, ADD COLUMN served_since timestamptz`,
  `UPDATE review r SET disagreement = true,
      served_since = CASE WHEN a.served THEN r.opened_at - r.exposure_ms * interval '1 millisecond' END
    FROM asset a WHERE a.id = r.asset_id AND r.change = 'late_block' AND r.state IN ('open', 'claimed')`,
  // two orders, which a page brings together: what goes on being served gains on all others
  `DROP INDEX review_in_order`,
  `CREATE INDEX review_in_order ON review ((NOT disagreement), (-exposure_ms), margin, opened_at, id)
    WHERE state IN ('open', 'claimed') AND served_since IS NULL`,
  `CREATE INDEX review_still_served ON review (served_since, margin, opened_at, id)
    WHERE state IN ('open', 'claimed') AND served_since IS NOT NULL`,
];
