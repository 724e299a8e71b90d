import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The moderators' work: what orders their queue, what keeps a case apart, what they did with it, and what is undone with it. */
export class ReviewWork1782100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE review
    ADD COLUMN change text NOT NULL DEFAULT 'needs_review'
      CHECK (change IN ('late_block', 'late_release', 'needs_review')),
    ADD COLUMN labels text[] NOT NULL DEFAULT '{}',
    ADD COLUMN exposure_ms float8 NOT NULL DEFAULT 0 CHECK (exposure_ms >= 0),
    ADD COLUMN assigned_to text,
    ADD COLUMN held_until timestamptz,
    ADD COLUMN held_by text,
    ADD COLUMN escalated_by text,
    ADD CHECK ((held_until IS NULL) = (held_by IS NULL))`,
  `UPDATE review r SET labels = ARRAY(
      SELECT DISTINCT reason ->> 'label' FROM asset a
      JOIN decision d ON d.asset_id = a.id AND d.revision = a.standing_revision, jsonb_array_elements(d.reasons) AS reason
      WHERE a.id = r.asset_id AND reason ->> 'label' IS NOT NULL ORDER BY 1)
    WHERE state IN ('open', 'claimed')`,
  `DROP INDEX review_in_order`,
  `CREATE INDEX review_in_order ON review ((NOT disagreement), (-exposure_ms), margin, opened_at, id)
    WHERE state IN ('open', 'claimed')`,
  `CREATE INDEX review_by_age ON review (opened_at) WHERE state IN ('open', 'claimed')`,
  `CREATE INDEX review_of_asset ON review (asset_id, opened_at DESC)`,
  // who keeps what: few of all that are open
  `CREATE INDEX review_assigned ON review (assigned_to) WHERE assigned_to IS NOT NULL AND state IN ('open', 'claimed')`,
  // what people wrote about a case goes with its asset: libs/persistence/erasure-statements.ts
  `CREATE TABLE review_step (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    review_id uuid NOT NULL REFERENCES review (id),
    at timestamptz NOT NULL,
    actor text NOT NULL,
    did text NOT NULL CHECK
      (did IN ('claim', 'release', 'skip', 'hold', 'escalate', 'assign', 'return', 'decide', 'undo')),
    note text,
    assignee text,
    until timestamptz
  )`,
  `CREATE INDEX review_step_in_order ON review_step (review_id, id)`,
  `CREATE TABLE review_skip (
    moderator text NOT NULL,
    review_id uuid NOT NULL REFERENCES review (id),
    at timestamptz NOT NULL,
    PRIMARY KEY (moderator, review_id)
  )`,
  `CREATE INDEX review_skip_of_review ON review_skip (review_id)`,
  `ALTER TABLE decision DROP CONSTRAINT decision_cause_check,
    ADD CONSTRAINT decision_cause_check CHECK (cause IN ('late', 'resubmitted', 'campaign', 'rollback', 'undo'))`,
  `CREATE INDEX decision_of_people ON decision (actor, decided_at DESC, asset_id DESC) WHERE actor IS NOT NULL`,
  // what a human decision did to the banks, so that it can be taken back. before: of an entry that it changed
  `CREATE TABLE review_lesson (
    asset_id uuid NOT NULL,
    revision integer NOT NULL,
    entry_id bigint NOT NULL REFERENCES bank_entry (id),
    did text NOT NULL CHECK (did IN ('added', 'affirmed', 'removed')),
    before jsonb,
    undone_at timestamptz,
    PRIMARY KEY (asset_id, revision, entry_id),
    FOREIGN KEY (asset_id, revision) REFERENCES decision (asset_id, revision)
  )`,
  `CREATE INDEX review_lesson_of_entry ON review_lesson (entry_id)`,
  `CREATE TABLE bulk_decision (
    id uuid PRIMARY KEY,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    verdict text NOT NULL,
    undone_by text,
    undone_at timestamptz
  )`,
  `CREATE TABLE bulk_decision_item (
    asset_id uuid NOT NULL,
    revision integer NOT NULL,
    bulk_id uuid NOT NULL REFERENCES bulk_decision (id),
    review_id uuid NOT NULL REFERENCES review (id),
    PRIMARY KEY (asset_id, revision),
    FOREIGN KEY (asset_id, revision) REFERENCES decision (asset_id, revision)
  )`,
  `CREATE INDEX bulk_decision_item_of_bulk ON bulk_decision_item (bulk_id, asset_id)`,
];
