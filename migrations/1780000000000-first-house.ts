import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of the whole path: clients, policies, assets and their decisions, the queue's outbox, reviews. */
export class FirstHouse1780000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `CREATE TABLE client (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    client_id uuid REFERENCES client (id),
    role text NOT NULL CHECK (role IN ('client', 'moderator', 'admin')),
    holder text NOT NULL,
    prefix text NOT NULL,
    secret_sha256 bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CHECK ((role = 'client') = (client_id IS NOT NULL))
  )`,
  `CREATE TABLE model_version (
    id text PRIMARY KEY,
    sha256 bytea NOT NULL,
    classes text[] NOT NULL,
    labels text[] NOT NULL,
    preprocessing jsonb NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE policy_version (
    version integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    base_version integer REFERENCES policy_version (version),
    state text NOT NULL CHECK (state IN ('draft', 'live', 'retired')),
    document jsonb NOT NULL,
    note text NOT NULL,
    author text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    published_by text,
    published_at timestamptz
  )`,
  `CREATE UNIQUE INDEX policy_version_one_live ON policy_version (state) WHERE state = 'live'`,
  `CREATE TABLE asset (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES client (id),
    external_id text,
    uploader_id text,
    traffic_class text NOT NULL,
    metadata jsonb,
    sha256 bytea NOT NULL,
    bytes integer NOT NULL,
    media_type text NOT NULL,
    width integer,
    height integer,
    frames integer,
    degraded text[] NOT NULL,
    received_at timestamptz NOT NULL,
    final_by timestamptz NOT NULL,
    revisions integer NOT NULL,
    standing_revision integer NOT NULL,
    stage text NOT NULL,
    verdict text NOT NULL,
    served boolean NOT NULL,
    transition text
  )`,
  `CREATE INDEX asset_by_client ON asset (client_id, id DESC)`,
  `CREATE INDEX asset_by_external_id ON asset (client_id, external_id) WHERE external_id IS NOT NULL`,
  `CREATE TABLE classification (
    asset_id uuid NOT NULL REFERENCES asset (id),
    model_id text NOT NULL REFERENCES model_version (id),
    tier text NOT NULL,
    scores real[] NOT NULL,
    views smallint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (asset_id, model_id)
  )`,
  `CREATE TABLE decision (
    asset_id uuid NOT NULL REFERENCES asset (id),
    revision integer NOT NULL,
    stage text NOT NULL,
    verdict text NOT NULL,
    band text,
    source text NOT NULL,
    reasons jsonb NOT NULL,
    policy_version integer NOT NULL REFERENCES policy_version (version),
    model_id text REFERENCES model_version (id),
    supersedes integer,
    actor text,
    policy_label text,
    note text,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (asset_id, revision)
  )`,
  `CREATE FUNCTION decision_is_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a decision is never edited: a change is a new revision'; END $$`,
  `CREATE TRIGGER decision_append_only BEFORE UPDATE ON decision
    FOR EACH ROW EXECUTE FUNCTION decision_is_never_edited()`,
  `CREATE TABLE reconciliation (
    asset_id uuid NOT NULL,
    revision integer NOT NULL,
    transition text NOT NULL,
    exposure_ms bigint,
    wrongful_hold_ms bigint,
    reconciled_at timestamptz NOT NULL,
    PRIMARY KEY (asset_id, revision),
    FOREIGN KEY (asset_id, revision) REFERENCES decision (asset_id, revision)
  )`,
  `CREATE TABLE idempotency (
    client_id uuid NOT NULL REFERENCES client (id),
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    asset_id uuid NOT NULL REFERENCES asset (id),
    answer jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, key)
  )`,
  `CREATE INDEX idempotency_by_age ON idempotency (created_at)`,
  `CREATE TABLE outbox (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL,
    asset_id uuid NOT NULL,
    traffic_class text NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE pending_final (
    asset_id uuid PRIMARY KEY REFERENCES asset (id),
    traffic_class text NOT NULL,
    received_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease_token uuid,
    lease_expires_at timestamptz,
    last_error text
  )`,
  `CREATE INDEX pending_final_by_due ON pending_final (due_at)`,
  `CREATE TABLE dead_letter (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    asset_id uuid NOT NULL REFERENCES asset (id),
    reason text NOT NULL,
    attempts integer NOT NULL,
    detail text NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE review (
    id uuid PRIMARY KEY,
    asset_id uuid NOT NULL REFERENCES asset (id),
    client_id uuid NOT NULL REFERENCES client (id),
    state text NOT NULL CHECK (state IN ('open', 'claimed', 'decided')),
    disagreement boolean NOT NULL,
    margin real NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    claimed_by text,
    claim_expires_at timestamptz,
    opened_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz
  )`,
  `CREATE UNIQUE INDEX review_one_open ON review (asset_id) WHERE state <> 'decided'`,
  `CREATE INDEX review_in_order ON review ((NOT disagreement), margin, opened_at, id) WHERE state <> 'decided'`,
];
