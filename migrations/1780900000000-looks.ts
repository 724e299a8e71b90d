import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each view of an asset was scored, and what it shows, where a tier keeps it. */
export class Looks1780900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // a row of scores per view, and a name per view in the same order: in a table of their own they would take several times
  // the room. What is there already has neither, and is not read for the checks
  `ALTER TABLE classification
     ADD COLUMN view_scores real[],
     ADD COLUMN view_names jsonb,
     ADD CHECK ((view_scores IS NULL) = (view_names IS NULL)) NOT VALID,
     ADD CHECK (array_length(view_scores, 1) = views AND jsonb_array_length(view_names) = views) NOT VALID`,
];
