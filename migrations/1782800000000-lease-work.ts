import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What waits for its final, in the order in which workers lease it, and what somebody has begun. `pending_final_by_due`
 * stays for services of the release before, which ring by it; a later release drops it.
 */
export class LeaseWork1782800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // what nobody has begun; what is hurried comes first, for NULL is the last
  `CREATE INDEX pending_final_fresh ON pending_final (traffic_class, hurried_at, received_at, asset_id)
    WHERE attempts = 0 AND lease_expires_at IS NULL`,
  // all the rest: under a lease, put off, or left by a worker that died; of few rows, however much waits
  `CREATE INDEX pending_final_begun ON pending_final (traffic_class, coalesce(lease_expires_at, '-infinity'))
    WHERE attempts > 0 OR lease_expires_at IS NOT NULL`,
];
