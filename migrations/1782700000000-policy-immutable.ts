import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Policy versions stay as they were written, whoever asks; drafts are kept apart until they are handed in. */
export class PolicyImmutable1782700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE policy_version
    ADD COLUMN refused_by text,
    ADD COLUMN refused_at timestamptz,
    ADD COLUMN refused_because text,
    ADD CHECK ((refused_by IS NULL) = (refused_at IS NULL) AND (refused_by IS NULL) = (refused_because IS NULL)),
    ADD CHECK (refused_by IS NULL OR state = 'draft')`,
  // what is written once: all but the steps between a draft and its day, which are taken in one direction
  `CREATE FUNCTION policy_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE'
        AND (NEW.version, NEW.base_version, NEW.document, NEW.note, NEW.author, NEW.created_at, NEW.restores)
          IS NOT DISTINCT FROM
          (OLD.version, OLD.base_version, OLD.document, OLD.note, OLD.author, OLD.created_at, OLD.restores)
        AND (OLD.published_at IS NULL OR (NEW.published_by, NEW.published_at, NEW.approved_by, NEW.approved_at)
          IS NOT DISTINCT FROM (OLD.published_by, OLD.published_at, OLD.approved_by, OLD.approved_at))
        AND (OLD.refused_at IS NULL OR (NEW.refused_by, NEW.refused_at, NEW.refused_because)
          IS NOT DISTINCT FROM (OLD.refused_by, OLD.refused_at, OLD.refused_because))
        AND (NEW.state = OLD.state OR (OLD.state, NEW.state) IN (('draft', 'live'), ('live', 'retired')))
      THEN RETURN NEW; END IF;
      RAISE EXCEPTION 'a policy version is never edited and never deleted: a change is a new version';
    END $$`,
  `CREATE TRIGGER policy_version_immutable BEFORE UPDATE OR DELETE ON policy_version
    FOR EACH ROW EXECUTE FUNCTION policy_version_stays()`,
  `CREATE TRIGGER policy_version_not_emptied BEFORE TRUNCATE ON policy_version
    FOR EACH STATEMENT EXECUTE FUNCTION policy_version_stays()`,
  `CREATE TABLE policy_draft (
    id uuid PRIMARY KEY,
    base_version integer NOT NULL REFERENCES policy_version (version),
    document jsonb NOT NULL,
    note text NOT NULL,
    author text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    saved_at timestamptz NOT NULL DEFAULT now(),
    revision integer NOT NULL DEFAULT 1
  )`,
  // of a draft: with what it said when somebody asked; the version's from when that is handed in
  `ALTER TABLE replay
    ALTER COLUMN version DROP NOT NULL,
    ADD COLUMN draft_id uuid,
    ADD COLUMN document jsonb,
    ADD CHECK (version IS NOT NULL OR draft_id IS NOT NULL),
    ADD CHECK ((draft_id IS NULL) = (document IS NULL))`,
  `CREATE INDEX replay_of_draft ON replay (draft_id, id DESC) WHERE draft_id IS NOT NULL`,
];
