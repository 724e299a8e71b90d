import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each tier and model version took, minute by minute. */
export class Usage1780700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // an instance is one opening of a tier in one process: nobody else writes its rows, and their numbers only grow
  `CREATE TABLE usage (
    minute timestamptz NOT NULL CHECK (mod(extract(epoch FROM minute), 60) = 0),
    tier text NOT NULL CHECK (tier IN ('fast', 'heavy')),
    model_id text NOT NULL,
    instance uuid NOT NULL,
    busy_core_ms bigint NOT NULL CHECK (busy_core_ms >= 0),
    allocated_core_ms bigint NOT NULL CHECK (allocated_core_ms >= 0),
    cpu_ms bigint CHECK (cpu_ms >= 0),
    items bigint NOT NULL CHECK (items >= 0),
    PRIMARY KEY (minute, tier, model_id, instance)
  )`,
];
