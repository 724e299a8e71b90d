import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Folders and S3 prefixes that images are taken from, and what became of each item in them. */
export class Sources1781100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // cursor: the last item that the run under way has handled; a run that ended has none
  `CREATE TABLE source (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('folder', 's3')),
    location text NOT NULL,
    client_id uuid NOT NULL REFERENCES client (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    run integer NOT NULL DEFAULT 0,
    traffic_class text,
    cursor bytea,
    figures jsonb NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    UNIQUE (kind, location, client_id),
    CHECK (ended_at IS NULL OR cursor IS NULL)
  )`,
  // keys are bytes: names of files need not be text, and bytes have one order
  `CREATE TABLE source_item (
    source_id uuid NOT NULL REFERENCES source (id),
    key bytea NOT NULL,
    version text NOT NULL,
    change text NOT NULL CHECK (change IN ('new', 'changed', 'retried')),
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'refused', 'failed')),
    asset_id uuid REFERENCES asset (id),
    verdict text,
    reason text,
    detail text,
    attempts integer NOT NULL,
    run integer NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_id, key),
    CHECK ((outcome = 'accepted') = (asset_id IS NOT NULL)),
    CHECK ((outcome = 'accepted') = (reason IS NULL))
  )`,
  `CREATE INDEX source_item_unsettled ON source_item (source_id, key) WHERE outcome <> 'accepted'`,
];
