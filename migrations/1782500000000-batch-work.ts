import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a campaign waits for, and which case was open before it decided, so that a rollback opens that again. */
export class BatchWork1782500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE campaign
    ADD COLUMN waits_for text CHECK (waits_for IN ('bytes', 'heavy_tier')),
    ADD COLUMN waits_since timestamptz,
    ADD CONSTRAINT campaign_waits CHECK ((waits_for IS NULL) = (waits_since IS NULL))`,
  // the case that was open when the campaign decided
  `ALTER TABLE campaign_result ADD COLUMN case_before jsonb`,
];
