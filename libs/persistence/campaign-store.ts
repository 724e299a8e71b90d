import type { DataSource, EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import { afterStep, type CampaignOrder, type CampaignState } from '#moderation/campaigns/campaign.js';

import { CAMPAIGN_COLUMNS, WAITS_NO_MORE, type Campaign } from './campaign-row.js';
import { forgetTries, retryFailed } from './campaign-tries.js';
import { withDatabase } from './errors.js';

export type NewCampaign = Pick<Campaign, 'name' | 'note' | 'filter' | 'record' | 'rateMaxPerSecond' | 'createdBy'>;

/** Who told a campaign to do what. */
export interface TakenStep {
  readonly step: CampaignOrder;
  readonly by: string;
  readonly at: Date;
}

export type Stepping =
  | { readonly kind: 'stepped'; readonly campaign: Campaign }
  | { readonly kind: 'refused'; readonly why: 'unknown' }
  | { readonly kind: 'refused'; readonly why: 'state'; readonly state: CampaignState };

/** More steps than people take. */
const STEPS_LISTED_MAX = 100;

/** Campaigns, as people make and order them about. Their work is done elsewhere. */
export class CampaignStore {
  constructor(private readonly database: DataSource) {}

  /** Stores a draft. @param counted how many assets it chooses now */
  async create({ name, note, filter, record, rateMaxPerSecond, createdBy }: NewCampaign, counted: number, at: Date) {
    const rows = await withDatabase(() =>
      this.database.query<Campaign[]>(
        `INSERT INTO campaign (id, name, note, filter, record, rate_max_per_second, state, counted, created_by, created_at,
           changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9, $9) RETURNING ${CAMPAIGN_COLUMNS}`,
        [uuidv7(), name, note, JSON.stringify(filter), record, rateMaxPerSecond, counted, createdBy, at],
      ),
    );
    return only(rows);
  }

  async find(id: string): Promise<Campaign | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<Campaign[]>(`SELECT ${CAMPAIGN_COLUMNS} FROM campaign WHERE id = $1`, [id]),
    );
    return rows[0];
  }

  /** The newest first. @param before the last id of the page before */
  list(most: number, before?: string): Promise<Campaign[]> {
    return withDatabase(() =>
      this.database.query<Campaign[]>(
        `SELECT ${CAMPAIGN_COLUMNS} FROM campaign WHERE $2::uuid IS NULL OR id < $2 ORDER BY id DESC LIMIT $1`,
        [most, before ?? null],
      ),
    );
  }

  /** What people told it to do, the newest first; up to a hundred. */
  steps(id: string): Promise<TakenStep[]> {
    return withDatabase(() =>
      this.database.query<TakenStep[]>(
        `SELECT step, by, at FROM campaign_step WHERE campaign_id = $1 ORDER BY number DESC LIMIT $2`,
        [id, STEPS_LISTED_MAX],
      ),
    );
  }

  /**
   * Tells a campaign to do something.
   *
   * @param policyVersion the policy that a campaign which starts judges by, from its first asset to its last
   */
  step(id: string, order: CampaignOrder, by: string, at: Date, policyVersion: number): Promise<Stepping> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<Stepping> => {
        const state = await lockCampaign(transaction, id);
        if (state === undefined) return { kind: 'refused', why: 'unknown' };
        const next = afterStep(state, order);
        if (next === undefined) return { kind: 'refused', why: 'state', state };
        await transaction.query(
          `INSERT INTO campaign_step (campaign_id, number, step, by, at)
           SELECT $1, 1 + count(*), $2, $3, $4 FROM campaign_step WHERE campaign_id = $1`,
          [id, order, by, at],
        );
        if (order === 'retry') await retryFailed(transaction, id);
        if (order === 'discard') await forgetTries(transaction, id);
        const [rows] = await transaction.query<[Campaign[], number]>(
          `UPDATE campaign SET state = $2, changed_at = $3, fault = NULL, ${WAITS_NO_MORE},
             started_at = CASE $4 WHEN 'start' THEN $3 ELSE started_at END,
             policy_version = CASE $4 WHEN 'start' THEN $5 ELSE policy_version END,
             cursor = CASE WHEN $4 IN ('apply', 'rollback') THEN NULL ELSE cursor END
           WHERE id = $1 RETURNING ${CAMPAIGN_COLUMNS}`,
          [id, next, at, order, policyVersion],
        );
        return { kind: 'stepped', campaign: only(rows) };
      }),
    );
  }
}

/** Locks a campaign against other steps for the rest of the transaction. @returns its state; undefined for none */
export async function lockCampaign(transaction: EntityManager, id: string): Promise<CampaignState | undefined> {
  const rows = await transaction.query<{ state: CampaignState }[]>(
    `SELECT state FROM campaign WHERE id = $1 FOR UPDATE`,
    [id],
  );
  return rows[0]?.state;
}

function only(rows: readonly Campaign[]): Campaign {
  const [row] = rows;
  if (row === undefined) throw new Error('a campaign that was written is there');
  return row;
}
