import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happens to a policy between its draft and its day: replays, an approver, a time, a way back. */
export class PolicyWork1782200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // `missed`: why it was not published at its time; `restores`: the version whose document it repeats
  `ALTER TABLE policy_version
    ADD COLUMN approved_by text,
    ADD COLUMN approved_at timestamptz,
    ADD COLUMN publish_at timestamptz CHECK (isfinite(publish_at)),
    ADD COLUMN publish_at_by text,
    ADD COLUMN missed text,
    ADD COLUMN restores integer REFERENCES policy_version (version),
    ADD CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    ADD CHECK ((publish_at IS NULL) = (publish_at_by IS NULL)),
    ADD CONSTRAINT policy_version_approved_by_another CHECK (approved_by <> author)`,
  `CREATE INDEX policy_version_due ON policy_version (publish_at) WHERE state = 'draft' AND publish_at IS NOT NULL`,
  `CREATE TABLE replay (
    id uuid PRIMARY KEY,
    version integer NOT NULL REFERENCES policy_version (version),
    against integer NOT NULL REFERENCES policy_version (version),
    client_id uuid REFERENCES client (id),
    received_from timestamptz NOT NULL,
    received_before timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'cancelled', 'failed')),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    tries integer NOT NULL DEFAULT 0,
    token uuid,
    lease_expires_at timestamptz,
    handled bigint NOT NULL DEFAULT 0,
    progress real NOT NULL DEFAULT 0,
    result jsonb,
    fault text,
    ended_at timestamptz,
    CHECK ((state = 'done') = (result IS NOT NULL)),
    CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL))
  )`,
  `CREATE INDEX replay_of_version ON replay (version, id DESC)`,
  `CREATE INDEX replay_to_do ON replay (asked_at) WHERE state IN ('waiting', 'running')`,
];
