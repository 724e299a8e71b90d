import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Assets that were erased, by whom and why, and for how long a client's assets are kept. */
export class Erasure1781500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE asset ADD COLUMN erased_at timestamptz`,
  // with the asset's row the tombstone; without bytes_gone_at also the list of bytes that are still to be removed
  `CREATE TABLE erasure (
    asset_id uuid PRIMARY KEY REFERENCES asset (id),
    cause text NOT NULL CHECK (cause IN ('client', 'admin', 'retention')),
    by text NOT NULL,
    bytes_gone_at timestamptz
  )`,
  `CREATE INDEX erasure_with_bytes ON erasure (asset_id) WHERE bytes_gone_at IS NULL`,
  // what is kept of an asset elsewhere, and is to be found when it is erased
  `CREATE INDEX idempotency_by_asset ON idempotency (asset_id)`,
  `CREATE INDEX bulk_item_by_asset ON bulk_item (asset_id) WHERE asset_id IS NOT NULL`,
  `CREATE INDEX source_item_by_asset ON source_item (asset_id) WHERE asset_id IS NOT NULL`,
  `CREATE INDEX bank_entry_by_asset ON bank_entry (asset_id) WHERE asset_id IS NOT NULL`,
  // the note on a decision is free text: it goes with its asset, and nothing else of a decision ever changes
  `CREATE OR REPLACE FUNCTION decision_is_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.note IS NULL AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note'
        AND EXISTS (SELECT 1 FROM erasure WHERE asset_id = OLD.asset_id) THEN RETURN NEW; END IF;
      RAISE EXCEPTION 'a decision is never edited: a change is a new revision';
    END $$`,
  // null: as long as there is room. Whatever of the client's has an id up to erased_to is erased already
  `ALTER TABLE client
    ADD COLUMN retention_days integer CHECK (retention_days BETWEEN 1 AND 36500),
    ADD COLUMN erased_to uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'`,
];
