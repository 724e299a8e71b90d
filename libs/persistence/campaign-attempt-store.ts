import type { DataSource } from 'typeorm';

import { lockCampaign } from './campaign-store.js';
import { holdsTurn } from './campaign-turn-store.js';
import { withDatabase } from './errors.js';
import type { StoredAsset } from './witness-store.js';

/**
 * Looks of campaigns that were begun: one row an asset, gone with its result. It counts before the look, so that what takes
 * its service down is known for it.
 */
export class CampaignAttemptStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Counts a try of each asset that is about to be looked at.
   *
   * @param leaseMs what has no result by then was in the hands of a service that died
   * @returns false when it is another's turn, or the campaign does not run: nothing is written
   */
  async begin(token: string, id: string, assetIds: readonly string[], leaseMs: number): Promise<boolean> {
    if (assetIds.length === 0) return true;
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        if (!(await holdsTurn(transaction, token))) return false;
        if ((await lockCampaign(transaction, id)) !== 'running') return false;
        await transaction.query(BEGIN, [id, assetIds, leaseMs]);
        return true;
      }),
    );
  }

  /** Takes back tries that were begun and came to nothing by no fault of the assets. Nothing where it is another's turn. */
  async giveBack(token: string, id: string, assetIds: readonly string[], afterMs: number): Promise<void> {
    await withDatabase(() =>
      this.database.transaction(async (transaction) => {
        if (!(await holdsTurn(transaction, token))) return;
        await transaction.query(GIVE_BACK, [id, assetIds, afterMs]);
      }),
    );
  }

  /** Some assets beside `assetIds` whose bytes must be there: the newest and the oldest on which this campaign has not failed. */
  others(id: string, assetIds: readonly string[]): Promise<StoredAsset[]> {
    return withDatabase(() => this.database.query<StoredAsset[]>(OTHERS, [id, assetIds]));
  }
}

const BEGIN = `
  INSERT INTO campaign_attempt (campaign_id, asset_id, attempts, in_hand, due_at)
  SELECT $1, asset_id, 1, true, now() + $3 * interval '1 millisecond' FROM unnest($2::uuid[]) AS asset_id
  ON CONFLICT (campaign_id, asset_id) DO UPDATE
    SET attempts = campaign_attempt.attempts + 1, in_hand = true, due_at = excluded.due_at`;

/** What lies behind the cursor comes again by itself. */
const GIVE_BACK = `
  WITH k AS (SELECT cursor FROM campaign WHERE id = $1), given AS (
    SELECT t.asset_id, t.attempts = 1 AND (k.cursor IS NULL OR t.asset_id > k.cursor) AS is_new
    FROM campaign_attempt t, k WHERE t.campaign_id = $1 AND t.asset_id = ANY ($2::uuid[])
  ), forgotten AS (
    DELETE FROM campaign_attempt t USING given WHERE t.campaign_id = $1 AND t.asset_id = given.asset_id AND given.is_new
  )
  UPDATE campaign_attempt t
  SET attempts = t.attempts - 1, in_hand = false, due_at = now() + $3 * interval '1 millisecond'
  FROM given WHERE t.campaign_id = $1 AND t.asset_id = given.asset_id AND NOT given.is_new`;

const OTHER = `
  SELECT a.id AS "assetId", encode(a.sha256, 'hex') AS sha256 FROM asset a
  WHERE a.id <> ALL ($2::uuid[]) AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.asset_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM campaign_attempt t WHERE t.campaign_id = $1 AND t.asset_id = a.id)
    AND NOT EXISTS (
      SELECT 1 FROM campaign_result r WHERE r.campaign_id = $1 AND r.asset_id = a.id AND r.skipped = 'failed')`;

const OTHERS = `(${OTHER} ORDER BY a.id DESC LIMIT 3) UNION (${OTHER} ORDER BY a.id LIMIT 3)`;
