import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What clients are told: events in one order, the endpoints they go to, and each delivery with its tries. */
export class Events1781300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // a UUIDv7 (RFC 9562) of a moment by the database's clock; with zeros for `random` the lowest one of that moment
  `CREATE FUNCTION event_id_of(at timestamptz, random uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(random)
      PLACING substring(int8send(floor(extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
      'hex')::uuid $$`,
  // a place in the order is given after the commit: a number that is taken inside a transaction may be seen too late
  `CREATE SEQUENCE event_seq`,
  `CREATE TABLE event (
    id uuid PRIMARY KEY DEFAULT event_id_of(clock_timestamp(), gen_random_uuid()),
    written bigint GENERATED ALWAYS AS IDENTITY,
    seq bigint UNIQUE,
    client_id uuid NOT NULL REFERENCES client (id),
    asset_id uuid,
    sequence integer,
    type text NOT NULL CHECK (type IN ('asset.final', 'asset.superseded', 'webhook.test')),
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (asset_id, sequence),
    FOREIGN KEY (asset_id, sequence) REFERENCES decision (asset_id, revision),
    CHECK ((asset_id IS NULL) = (sequence IS NULL)),
    CHECK ((asset_id IS NULL) = (type = 'webhook.test')),
    CHECK (asset_id IS NOT NULL OR seq IS NULL)
  )`,
  `CREATE INDEX event_without_place ON event (written) WHERE seq IS NULL AND asset_id IS NOT NULL`,
  `CREATE INDEX event_of_client ON event (client_id, seq)`,
  // one row: every decision that came into force later has its event. What was decided before there were events has none
  `CREATE TABLE event_book (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    kept_from timestamptz NOT NULL
  )`,
  `INSERT INTO event_book (kept_from) SELECT CASE WHEN EXISTS (SELECT 1 FROM decision) THEN now() ELSE '-infinity' END`,
  `CREATE TABLE webhook_endpoint (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES client (id),
    url text NOT NULL,
    types text[] NOT NULL,
    secret text NOT NULL,
    old_secret text,
    old_secret_until timestamptz,
    state text NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'disabled')),
    disabled_why text CHECK (disabled_why IN ('by_client', 'by_admin', 'gone', 'failing')),
    changed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    paused_until timestamptz,
    CHECK ((state = 'disabled') = (disabled_why IS NOT NULL)),
    CHECK ((failures = 0) = (failing_since IS NULL)),
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
  )`,
  `CREATE INDEX webhook_endpoint_of_client ON webhook_endpoint (client_id, id)`,
  `CREATE TABLE webhook_delivery (
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    event_id uuid NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    lease_token uuid,
    status smallint,
    error text,
    response_ms integer,
    attempted_at timestamptz,
    PRIMARY KEY (endpoint_id, event_id)
  )`,
  `CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, next_at, event_id) WHERE state = 'waiting'`,
  `CREATE INDEX webhook_delivery_failed ON webhook_delivery (endpoint_id) WHERE state = 'failed'`,
  `CREATE INDEX webhook_delivery_of_event ON webhook_delivery (event_id)`,
];
