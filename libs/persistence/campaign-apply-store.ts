import type { DataSource } from 'typeorm';

import { afterStep } from '#moderation/campaigns/campaign.js';
import type { CampaignOutcome } from '#moderation/campaigns/candidate.js';

import {
  BEHIND_CURSOR,
  finalOf,
  holdStanding,
  LETTER_CLOSER,
  moveOn,
  type StoredJudgement,
} from './campaign-decisions.js';
import { lockCampaign } from './campaign-store.js';
import { holdsTurn } from './campaign-turn-store.js';
import { withDatabase } from './errors.js';
import { appendFinals, type Settled } from './final-store.js';

/** What became of one page of results. */
export interface AppliedPage {
  /** Decisions that came into force. */
  readonly settled: readonly Settled[];
  /** Assets that another decision had reached before. */
  readonly movedOn: number;
  readonly end: boolean;
}

/** Puts the results of a campaign in force. */
export class CampaignApplyStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Applies the next results of a campaign: those whose verdict differs, or all where it records all. An asset on which
   * another decision stands than when it was judged is left alone and marked: a person's decision, or a newer one. What has
   * a label now has no open dead letter any more.
   *
   * @param at epoch milliseconds
   * @returns undefined when it is another's turn, or the campaign is not being applied: nothing is written
   */
  applyPage(token: string, id: string, most: number, at: number): Promise<AppliedPage | undefined> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<AppliedPage | undefined> => {
        if (!(await holdsTurn(transaction, token))) return undefined;
        const state = await lockCampaign(transaction, id);
        if (state !== 'applying') return undefined;
        const rows = await transaction.query<(StoredJudgement & { revisionBefore: number })[]>(TO_APPLY, [id, most]);
        const expected = new Map(rows.map((row) => [row.assetId, row.revisionBefore]));
        const held = await holdStanding(transaction, expected, { cause: 'campaign', causeId: id });
        const results = rows.map(finalOf);
        const settled = await appendFinals(transaction, held, results, at);
        const outcomes = rows.map(({ assetId }): [string, CampaignOutcome] => [
          assetId,
          held.has(assetId) ? 'applied' : 'moved_on',
        ]);
        await transaction.query(CLOSE_LETTERS, [id, [...held.keys()]]);
        await transaction.query(MARK, [id, outcomes.map(([assetId]) => assetId), outcomes.map(([, one]) => one)]);
        const end = rows.length < most;
        const next = end ? afterStep(state, 'finish') : state;
        await moveOn(transaction, id, { next, cursor: rows.at(-1)?.assetId ?? null, at });
        return { settled, movedOn: rows.length - held.size, end };
      }),
    );
  }
}

/** Which results become decisions; the same verdict again would fill histories without telling anything. */
export const RECORDED = `r.judgement IS NOT NULL AND (k.record = 'all' OR r.to_verdict <> r.from_verdict)`;

const TO_APPLY = `
  SELECT r.asset_id AS "assetId", r.judgement, k.policy_version AS "policyVersion", r.bank_match AS match,
    r.model_id AS "modelId", c.scores::float8[] AS scores, c.views, r.margin::float8 AS margin,
    r.revision_before AS "revisionBefore"
  FROM campaign k
  JOIN campaign_result r ON r.campaign_id = k.id
  LEFT JOIN classification c ON c.asset_id = r.asset_id AND c.model_id = r.model_id
  WHERE k.id = $1 AND r.outcome IS NULL AND ${RECORDED} AND ${BEHIND_CURSOR}
  ORDER BY r.asset_id
  LIMIT $2`;

/** `closed_by` is how a rollback finds them. */
const CLOSE_LETTERS = `
  UPDATE dead_letter l SET closed_at = now(), closed_by = ${LETTER_CLOSER}, closed_how = 'labelled',
    note = 'labelled by the campaign ' || k.name
  FROM campaign k WHERE k.id = $1 AND l.asset_id = ANY ($2) AND l.closed_at IS NULL`;

const MARK = `
  UPDATE campaign_result r SET outcome = o.outcome,
    revision_applied = CASE o.outcome WHEN 'applied' THEN a.standing_revision END
  FROM unnest($2::uuid[], $3::text[]) AS o (asset_id, outcome) JOIN asset a ON a.id = o.asset_id
  WHERE r.campaign_id = $1 AND r.asset_id = o.asset_id`;
