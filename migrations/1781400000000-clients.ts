import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much a client may send, and until when its keys hold. */
export class Clients1781400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // null: no limit
  `ALTER TABLE client
    ADD COLUMN uploads_per_minute integer CHECK (uploads_per_minute > 0),
    ADD COLUMN assets_per_day integer CHECK (assets_per_day > 0)`,
  `ALTER TABLE api_key
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN replaced_by uuid REFERENCES api_key (id)`,
  `CREATE INDEX api_key_of_client ON api_key (client_id, id DESC)`,
];
