import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was promised for the time a final is due, whose promise was broken, and how old assets were at their finals. */
export class Lateness1780400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE asset ADD COLUMN if_late text NOT NULL DEFAULT 'provisional_stands'
    CHECK (if_late IN ('provisional_stands', 'block'))`,
  // what is tried again after its final was promised nothing: it is never late
  `ALTER TABLE pending_final
    ADD COLUMN final_by timestamptz NOT NULL DEFAULT 'infinity',
    ADD COLUMN late_at timestamptz`,
  `UPDATE pending_final p SET final_by = a.final_by FROM asset a WHERE a.id = p.asset_id AND p.cause IS NULL`,
  `CREATE INDEX pending_final_by_promise ON pending_final (final_by) WHERE late_at IS NULL`,
  // an asset's ordinary final of the machine: what the age at final is counted of
  `CREATE INDEX decision_finals_by_time ON decision (decided_at)
    WHERE stage = 'final' AND cause IS NULL AND source NOT IN ('moderator', 'appeal')`,
  `CREATE INDEX decision_late_by_time ON decision (decided_at) WHERE cause = 'late'`,
];
