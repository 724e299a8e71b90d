import type { DataSource, EntityManager } from 'typeorm';

import { AT_WORK } from '#moderation/campaigns/campaign.js';

import { CAMPAIGN_COLUMNS, type Campaign } from './campaign-row.js';
import { withDatabase } from './errors.js';

/** What is to do: undoing goes before applying, and that before looking; the older before the younger. */
const TO_DO = `FROM campaign
  WHERE state = ANY ($1) AND (state <> 'running' OR model_id IS NULL OR model_id = $2) AND id <> ALL ($3)
    AND (state <> 'running' OR id <> ALL ($4))
  ORDER BY array_position(ARRAY['rolling_back', 'applying', 'running'], state), started_at, id LIMIT 1`;

/**
 * Whose turn it is to work on campaigns: one batch service of an installation at a time, by a lease. Its token fences
 * it: whoever has lost the turn writes nothing.
 */
export class CampaignTurnStore {
  constructor(private readonly database: DataSource) {}

  /** Says which heavy model is served now, for those who plan a campaign. */
  async announce(modelId: string): Promise<void> {
    await withDatabase(() => this.database.query(`UPDATE campaign_turn SET model_id = $1`, [modelId]));
  }

  /** The heavy model that a batch service served last; undefined where none ever did. */
  async servedModel(): Promise<string | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<{ modelId: string | null }[]>(`SELECT model_id AS "modelId" FROM campaign_turn`),
    );
    return rows[0]?.modelId ?? undefined;
  }

  /**
   * Takes or keeps the turn when there is something to do for a service that serves `modelId`.
   *
   * @param aside ids of campaigns that are left alone
   * @param resting ids of campaigns that have looked at as much as their rate lets them: they may do anything else
   * @returns what to work on; undefined when there is nothing, or it is another's turn
   */
  async take(
    token: string,
    leaseMs: number,
    modelId: string,
    aside: readonly string[] = [],
    resting: readonly string[] = [],
  ): Promise<Campaign | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<Campaign[]>(`SELECT ${CAMPAIGN_COLUMNS} ${TO_DO}`, [AT_WORK, modelId, aside, resting]),
    );
    if (rows[0] === undefined) return undefined;
    const [, taken] = await withDatabase(() =>
      this.database.query<[unknown, number]>(
        `UPDATE campaign_turn SET token = $1, expires_at = now() + $2 * interval '1 millisecond', model_id = $3
         WHERE token IS NULL OR token = $1 OR expires_at < now()`,
        [token, leaseMs, modelId],
      ),
    );
    return taken === 1 ? rows[0] : undefined;
  }

  /** Prolongs a turn that runs. A turn that was lost stays lost. */
  async renew(token: string, leaseMs: number): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE campaign_turn SET expires_at = now() + $2 * interval '1 millisecond'
         WHERE token = $1 AND expires_at > now()`,
        [token, leaseMs],
      ),
    );
  }

  /** Gives the turn back before it ends. */
  async release(token: string): Promise<void> {
    await withDatabase(() =>
      this.database.query(`UPDATE campaign_turn SET token = NULL, expires_at = NULL WHERE token = $1`, [token]),
    );
  }
}

/** Whether the holder of `token` still has the turn; if so, until the end of the transaction. */
export async function holdsTurn(transaction: EntityManager, token: string): Promise<boolean> {
  const rows = await transaction.query<unknown[]>(
    `SELECT 1 FROM campaign_turn WHERE token = $1 AND expires_at > now() FOR UPDATE`,
    [token],
  );
  return rows.length === 1;
}
