import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who sign in at the console, their sessions, and the book of what people did. */
export class Persons1781800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE api_key
    DROP CONSTRAINT api_key_role_check,
    ADD CONSTRAINT api_key_role_check CHECK (role IN ('client', 'moderator', 'senior', 'admin'))`,
  // `password_until`: of a password that was given out and works once, until then; null: the person's own
  `CREATE TABLE person (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    display_name text NOT NULL,
    role text NOT NULL CHECK (role IN ('moderator', 'senior', 'admin')),
    password_hash text NOT NULL,
    password_until timestamptz,
    disabled_at timestamptz,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    signed_in_at timestamptz
  )`,
  `CREATE TABLE person_session (
    id uuid PRIMARY KEY,
    token_sha256 bytea NOT NULL UNIQUE,
    person_id uuid NOT NULL REFERENCES person (id),
    agent text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
  )`,
  `CREATE INDEX person_session_of_person ON person_session (person_id, id DESC)`,
  `CREATE INDEX person_session_by_end ON person_session (expires_at)`,
  `CREATE TABLE audit (
    number bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'key', 'cli', 'nobody')),
    actor_id text,
    actor text NOT NULL,
    role text,
    act text NOT NULL,
    subject_type text NOT NULL,
    subject_id text,
    request_id text,
    detail json NOT NULL CHECK (octet_length(detail::text) <= 65536),
    previous bytea NOT NULL,
    hash bytea NOT NULL
  )`,
  `CREATE INDEX audit_by_time ON audit (at)`,
  `CREATE INDEX audit_by_actor ON audit (actor, number DESC)`,
  `CREATE INDEX audit_by_act ON audit (act, number DESC)`,
  `CREATE INDEX audit_by_subject ON audit (subject_type, subject_id, number DESC)`,
  // one row: whoever writes to the book holds it until its transaction ends, so that there is one chain
  `CREATE TABLE audit_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    number bigint NOT NULL,
    hash bytea NOT NULL
  )`,
  `INSERT INTO audit_head (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'))`,
  // fields with their lengths, so that no two rows have the same bytes; libs/persistence/audit-chain.ts has the same
  `CREATE FUNCTION audit_field(value text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(octet_length(convert_to(value, 'UTF8'))::text || ':' || value, '-') $$`,
  `CREATE FUNCTION audit_hash_of(a audit) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(
      audit_field(a.number::text) || audit_field((extract(epoch FROM a.at) * 1000000)::bigint::text) ||
      audit_field(a.actor_kind) || audit_field(a.actor_id) || audit_field(a.actor) || audit_field(a.role) ||
      audit_field(a.act) || audit_field(a.subject_type) || audit_field(a.subject_id) || audit_field(a.request_id) ||
      audit_field(a.detail::text) || audit_field(encode(a.previous, 'hex')), 'UTF8')) $$`,
  `CREATE FUNCTION audit_is_chained() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE head audit_head;
    BEGIN
      SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
      NEW.number := head.number + 1;
      NEW.at := clock_timestamp();
      NEW.previous := head.hash;
      NEW.hash := audit_hash_of(NEW);
      UPDATE audit_head SET number = NEW.number, hash = NEW.hash;
      RETURN NEW;
    END $$`,
  `CREATE TRIGGER audit_chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_chained()`,
  `CREATE FUNCTION audit_is_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit is never edited: rows are added to it'; END $$`,
  `CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_never_edited()`,
  // it moves with the rows of the audit, by their trigger, and not otherwise
  `CREATE TRIGGER audit_head_append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_is_never_edited()`,
];
