import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A campaign's label closes the dead letter of its asset; archives that every upload service can read. */
export class Heavy1781600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_closed_how_check,
    ADD CONSTRAINT dead_letter_closed_how_check
      CHECK (closed_how IN ('resubmitted', 'discarded', 'settled', 'labelled'))`,
  `ALTER TABLE bulk_submission ADD COLUMN shared boolean NOT NULL DEFAULT false`,
];
