import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints keep what they answered last, and what was given up on is found in the order of its events. */
export class DeliveryList1783000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE webhook_endpoint
    ADD COLUMN taken_at timestamptz,
    ADD COLUMN taken_status smallint,
    ADD COLUMN failed_at timestamptz,
    ADD COLUMN failed_status smallint,
    ADD COLUMN failed_error text`,
  // holds as few rows as the one before, and an event more in each
  `DROP INDEX webhook_delivery_failed`,
  `CREATE INDEX webhook_delivery_failed ON webhook_delivery (endpoint_id, event_id) WHERE state = 'failed'`,
];
