import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What upload services count at their doors, and indexes by time for figures of some stretch of it. */
export class Overview1782600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // an instance is one run of an upload service: nobody else writes its rows, and their numbers only grow
  `CREATE TABLE door_minute (
    minute timestamptz NOT NULL CHECK (mod(extract(epoch FROM minute), 60) = 0),
    instance uuid NOT NULL,
    version bigint NOT NULL,
    figures jsonb NOT NULL,
    PRIMARY KEY (minute, instance)
  )`,
  `CREATE INDEX asset_by_time ON asset (received_at) INCLUDE (traffic_class)`,
  `CREATE INDEX decision_first_by_time ON decision (decided_at) INCLUDE (verdict, source) WHERE revision = 1`,
  `CREATE INDEX reconciliation_by_time ON reconciliation (reconciled_at) INCLUDE (transition, exposure_ms, wrongful_hold_ms)`,
  `CREATE INDEX review_by_opening ON review (opened_at) INCLUDE (change)`,
  `CREATE INDEX review_by_decision ON review (decided_at) INCLUDE (opened_at) WHERE decided_at IS NOT NULL`,
  `CREATE INDEX dead_letter_by_time ON dead_letter (created_at) INCLUDE (reason)`,
];
