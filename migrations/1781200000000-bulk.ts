import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Many uploads handed in at once, and what became of each. */
export class Bulk1781200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `CREATE TABLE bulk_submission (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES client (id),
    kind text NOT NULL CHECK (kind IN ('urls', 'archive')),
    state text NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
    total integer NOT NULL CHECK (total > 0),
    idempotency_key text,
    fingerprint bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    served_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    UNIQUE (client_id, idempotency_key),
    CHECK ((state = 'running') = (finished_at IS NULL))
  )`,
  `CREATE INDEX bulk_submission_of_client ON bulk_submission (client_id, id)`,
  `CREATE INDEX bulk_submission_running ON bulk_submission (served_at) WHERE state = 'running'`,
  `CREATE INDEX bulk_submission_finished ON bulk_submission (finished_at) WHERE finished_at IS NOT NULL`,
  `CREATE TABLE bulk_item (
    submission_id uuid NOT NULL REFERENCES bulk_submission (id) ON DELETE CASCADE,
    number integer NOT NULL,
    url text,
    entry jsonb,
    external_id text,
    uploader_id text,
    metadata jsonb,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'failed', 'cancelled')),
    ready_at timestamptz NOT NULL DEFAULT now(),
    lease_token uuid,
    attempts smallint NOT NULL DEFAULT 0,
    sheds smallint NOT NULL DEFAULT 0,
    asset_id uuid,
    verdict text,
    problem jsonb,
    finished_at timestamptz,
    PRIMARY KEY (submission_id, number),
    CHECK ((url IS NULL) <> (entry IS NULL)),
    CHECK ((state = 'accepted') = (asset_id IS NOT NULL)),
    CHECK ((state = 'failed') = (problem IS NOT NULL))
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX bulk_item_waiting ON bulk_item (submission_id, ready_at) WHERE state = 'waiting'`,
  `CREATE INDEX bulk_item_failed ON bulk_item (submission_id, number) WHERE state = 'failed'`,
];
