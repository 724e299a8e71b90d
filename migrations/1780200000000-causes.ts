import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why there is a decision beyond the ordinary two, and cases that ended because nothing was left to decide. */
export class Causes1780200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE decision
    ADD COLUMN cause text CHECK (cause IN ('late', 'resubmitted', 'campaign', 'rollback')),
    ADD COLUMN cause_id text,
    ADD CHECK ((cause IN ('campaign', 'rollback')) <= (cause_id IS NOT NULL))`,
  `ALTER TABLE pending_final ADD COLUMN cause text CHECK (cause IN ('resubmitted')), ADD COLUMN cause_id text`,
  `ALTER TABLE review DROP CONSTRAINT review_state_check,
    ADD CHECK (state IN ('open', 'claimed', 'decided', 'withdrawn'))`,
  `DROP INDEX review_one_open`,
  `CREATE UNIQUE INDEX review_one_open ON review (asset_id) WHERE state IN ('open', 'claimed')`,
  `DROP INDEX review_in_order`,
  `CREATE INDEX review_in_order ON review ((NOT disagreement), margin, opened_at, id) WHERE state IN ('open', 'claimed')`,
];
