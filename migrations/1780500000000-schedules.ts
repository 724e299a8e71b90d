import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the batches of a traffic class go, where an admin has said so, and what each batch service makes of its time. */
export class Schedules1780500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `CREATE TABLE batch_schedule (
    traffic_class text PRIMARY KEY CHECK (traffic_class IN ('urgent', 'normal', 'bulk')),
    mode text NOT NULL CHECK (mode IN ('time', 'size', 'hybrid')),
    size_max integer NOT NULL CHECK (size_max BETWEEN 1 AND 256),
    wait_ms integer NOT NULL CHECK (wait_ms BETWEEN 0 AND 3600000),
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
  )`,
  // a service says again every few seconds what it makes of its time: what is old is of one that has ended
  `CREATE TABLE batch_worker (
    id uuid PRIMARY KEY,
    batch_size integer NOT NULL,
    useful_ms bigint NOT NULL,
    startup_ms bigint NOT NULL,
    idle_ms bigint NOT NULL,
    reported_at timestamptz NOT NULL
  )`,
];
