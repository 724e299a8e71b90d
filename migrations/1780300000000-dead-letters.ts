import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dead letters end: who closed them, how and why. Their reason tells the kinds of failure apart. */
export class DeadLetters1780300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `ALTER TABLE dead_letter
    ADD COLUMN closed_at timestamptz,
    ADD COLUMN closed_by text,
    ADD COLUMN closed_how text CHECK (closed_how IN ('resubmitted', 'discarded', 'settled')),
    ADD COLUMN note text,
    ADD CHECK ((closed_at IS NULL) = (closed_how IS NULL)),
    ADD CHECK ((closed_at IS NULL) = (closed_by IS NULL))`,
  `CREATE INDEX dead_letter_open ON dead_letter (id DESC) WHERE closed_at IS NULL`,
  // a human decision closes the letters of its asset
  `CREATE INDEX dead_letter_by_asset ON dead_letter (asset_id)`,
  `UPDATE dead_letter SET reason = CASE
    WHEN reason = 'heavy_tier_refused' THEN 'refused'
    WHEN detail = 'the classifier process died over it' THEN 'crashed'
    WHEN detail = 'the classifier process did not end in its time' THEN 'timeout'
    WHEN detail = 'the classifier process took more memory than it may' THEN 'memory'
    WHEN detail = 'the model gave something that is no score' THEN 'invalid_output'
    WHEN detail = 'its stored bytes could not be read' THEN 'unreadable'
    ELSE reason END`,
  `UPDATE dead_letter l SET closed_at = d.decided_at, closed_by = coalesce(d.actor, 'moderator'), closed_how = 'settled'
    FROM asset a JOIN decision d ON d.asset_id = a.id AND d.revision = a.standing_revision
    WHERE a.id = l.asset_id AND d.source IN ('moderator', 'appeal')`,
];
