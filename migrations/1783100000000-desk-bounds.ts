import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many cases one person holds is found without looking through the queue, what a tab asked last of a case is known, and
 * what was taken back is found by time.
 */
export class DeskBounds1783100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE review
    ADD COLUMN asked_in text,
    ADD COLUMN asked_turn integer`,
  // of what is claimed or was when its lease ran out: few rows, however long the queue is
  `CREATE INDEX review_claims ON review (claimed_by, claim_expires_at) WHERE state = 'claimed'`,
  // reads the whole table once, and has few rows
  `CREATE INDEX decision_undos_by_time ON decision (decided_at) WHERE cause = 'undo'`,
];
