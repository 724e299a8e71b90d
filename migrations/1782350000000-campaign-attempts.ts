import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often a campaign has tried to look at what it could not look at yet; and from where each image of a batch comes. */
export class CampaignAttempts1782350000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  // `in_hand`: begun and not ended; when that is due, its service died
  `CREATE TABLE campaign_attempt (
    campaign_id uuid NOT NULL REFERENCES campaign (id),
    asset_id uuid NOT NULL REFERENCES asset (id),
    attempts integer NOT NULL,
    in_hand boolean NOT NULL,
    due_at timestamptz NOT NULL,
    last_error text,
    PRIMARY KEY (campaign_id, asset_id)
  )`,
  `CREATE INDEX campaign_attempt_due ON campaign_attempt (campaign_id, due_at)`,
  `ALTER TABLE campaign_result ADD COLUMN attempts integer`,
  `ALTER TABLE campaign_result DROP CONSTRAINT campaign_result_skipped_check,
    ADD CONSTRAINT campaign_result_skipped_check
      CHECK (skipped IN ('human_decided', 'pending', 'failed', 'refused', 'label_unknown'))`,
  `ALTER TABLE bulk_item ADD COLUMN host text
    GENERATED ALWAYS AS (lower(substring(url FROM '^\\w+://(?:[^/?#]*@)?(\\[[^]/?#]*\\]|[^/?#:]+)'))) STORED`,
];
