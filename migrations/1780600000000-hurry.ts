import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a late block has brought forward, and what is known of that which waits, so that the suspect is found quickly. */
export class Hurry1780600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // copies of the asset's: to join it for thousands that wait takes many times as long. There is no xor of bytea
  `ALTER TABLE pending_final
    ADD COLUMN hurried_at timestamptz,
    ADD COLUMN client_id uuid,
    ADD COLUMN uploader_id text,
    ADD COLUMN pdq bit(256)`,
  `UPDATE pending_final p SET client_id = a.client_id, uploader_id = a.uploader_id,
     pdq = CASE WHEN a.pdq_quality >= 50 THEN ('x' || encode(a.pdq, 'hex'))::bit(256) END
   FROM asset a WHERE a.id = p.asset_id`,
];
