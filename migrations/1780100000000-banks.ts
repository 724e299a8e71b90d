import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Banks of known hashes, what each asset looks like, and which entry a decision by hash rests on. */
export class Banks1780100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `CREATE TABLE bank (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('block', 'allow')),
    distance_max smallint CHECK (distance_max BETWEEN 0 AND 31),
    disabled_until timestamptz CHECK (isfinite(disabled_until)),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_by text,
    changed_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE bank_entry (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    bank_id uuid NOT NULL REFERENCES bank (id),
    sha256 bytea CHECK (octet_length(sha256) = 32),
    pdq bytea CHECK (octet_length(pdq) = 32),
    quality smallint CHECK (quality BETWEEN 50 AND 100),
    asset_id uuid REFERENCES asset (id),
    origin text NOT NULL CHECK (origin IN ('import', 'moderator', 'machine')),
    note text,
    added_by text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    disabled_until timestamptz CHECK (isfinite(disabled_until)),
    removed_at timestamptz,
    removed_by text,
    changed_by text,
    changed_at timestamptz NOT NULL,
    changed_in xid8 NOT NULL,
    CHECK (sha256 IS NOT NULL OR pdq IS NOT NULL),
    CHECK ((pdq IS NULL) = (quality IS NULL)),
    CHECK ((removed_at IS NULL) = (removed_by IS NULL))
  )`,
  // two pictures may look the same: only what has no bytes is one by its looks
  `CREATE UNIQUE INDEX bank_entry_one_sha256 ON bank_entry (bank_id, sha256)
    WHERE sha256 IS NOT NULL AND removed_at IS NULL`,
  `CREATE UNIQUE INDEX bank_entry_one_pdq ON bank_entry (bank_id, pdq) WHERE sha256 IS NULL AND removed_at IS NULL`,
  `CREATE INDEX bank_entry_in_order ON bank_entry (bank_id, id) WHERE removed_at IS NULL`,
  `CREATE INDEX bank_entry_by_change ON bank_entry (changed_in, id)`,
  // those who follow the changes go by the transaction, which no clock and no late commit deceives
  `CREATE FUNCTION bank_entry_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.changed_at := now();
      NEW.changed_in := pg_current_xact_id();
      RETURN NEW;
    END $$`,
  `CREATE TRIGGER bank_entry_changed BEFORE INSERT OR UPDATE ON bank_entry
    FOR EACH ROW EXECUTE FUNCTION bank_entry_changes()`,
  `INSERT INTO bank (id, name, kind, distance_max, created_by) VALUES
    (gen_random_uuid(), 'decided.block', 'block', 31, 'portcullis'),
    (gen_random_uuid(), 'decided.allow', 'allow', NULL, 'portcullis')`,
  `ALTER TABLE asset
    ADD COLUMN pdq bytea CHECK (octet_length(pdq) = 32),
    ADD COLUMN pdq_quality smallint,
    ADD CHECK ((pdq IS NULL) = (pdq_quality IS NULL))`,
  `ALTER TABLE decision ADD COLUMN bank_match jsonb`,
];
