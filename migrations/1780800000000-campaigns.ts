import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Campaigns over past assets, what they found, and whose turn it is to work on them. */
export class Campaigns1780800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `CREATE TABLE campaign (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    note text,
    filter jsonb NOT NULL,
    record text NOT NULL CHECK (record IN ('flips', 'all')),
    rate_max_per_second real CHECK (rate_max_per_second > 0),
    state text NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'done', 'applying', 'applied', 'discarded',
      'rolling_back', 'rolled_back', 'failed')),
    model_id text REFERENCES model_version (id),
    policy_version integer REFERENCES policy_version (version),
    cursor uuid,
    counted bigint NOT NULL,
    handled bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    fault text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    changed_at timestamptz NOT NULL,
    CHECK (state IN ('draft', 'discarded') OR policy_version IS NOT NULL)
  )`,
  `CREATE INDEX campaign_at_work ON campaign (state) WHERE state IN ('running', 'applying', 'rolling_back')`,
  `CREATE TABLE campaign_step (
    campaign_id uuid NOT NULL REFERENCES campaign (id),
    number integer NOT NULL,
    step text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (campaign_id, number)
  )`,
  `CREATE TABLE campaign_result (
    campaign_id uuid NOT NULL REFERENCES campaign (id),
    asset_id uuid NOT NULL REFERENCES asset (id),
    skipped text CHECK (skipped IN ('human_decided', 'pending', 'failed', 'refused')),
    detail text,
    judgement jsonb,
    bank_match jsonb,
    model_id text REFERENCES model_version (id),
    margin real,
    label text,
    from_verdict text NOT NULL,
    to_verdict text,
    from_served boolean NOT NULL,
    revision_before integer NOT NULL,
    outcome text CHECK (outcome IN ('applied', 'moved_on', 'rolled_back', 'kept')),
    revision_applied integer,
    judged_at timestamptz NOT NULL,
    PRIMARY KEY (campaign_id, asset_id),
    CHECK ((skipped IS NULL) = (judgement IS NOT NULL)),
    CHECK ((judgement IS NULL) = (to_verdict IS NULL)),
    CHECK ((revision_applied IS NOT NULL) = (coalesce(outcome, '') IN ('applied', 'rolled_back', 'kept')))
  )`,
  // one row: whoever holds it works on campaigns, and writes nothing without its token
  `CREATE TABLE campaign_turn (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    token uuid,
    expires_at timestamptz,
    model_id text REFERENCES model_version (id)
  )`,
  `INSERT INTO campaign_turn DEFAULT VALUES`,
];
