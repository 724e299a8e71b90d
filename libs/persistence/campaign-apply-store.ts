import type { DataSource, EntityManager } from 'typeorm';

import { rememberCases } from './campaign-cases.js';
import {
  BEHIND_CURSOR,
  decidePage,
  finalOf,
  LETTER_CLOSER,
  type AppliedPage,
  type Decided,
  type Standing,
  type StoredJudgement,
} from './campaign-decisions.js';
import { appendFinals } from './final-store.js';

/** A result, and the revision that stood when it was judged. */
type Result = StoredJudgement & { readonly revision: number };

/** Puts the results of a campaign in force. */
export class CampaignApplyStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Applies the next results of a campaign: those whose verdict differs, or all where it records all. An asset on which
   * another decision stands than when it was judged is left alone and marked: a person's decision, or a newer one; so is
   * one whose final is to come by now. What has a label now has no open dead letter any more.
   *
   * @param at epoch milliseconds
   * @returns undefined when it is another's turn, or the campaign is not being applied: nothing is written
   */
  applyPage(token: string, id: string, most: number, at: number): Promise<AppliedPage | undefined> {
    return decidePage<Result>(
      this.database,
      { token, id, most, at },
      {
        state: 'applying',
        cause: 'campaign',
        next: TO_APPLY,
        decide: (transaction, assets, rows) => apply(transaction, { id, at }, assets, rows),
      },
    );
  }
}

async function apply(
  transaction: EntityManager,
  { id, at }: { readonly id: string; readonly at: number },
  assets: ReadonlyMap<string, Standing>,
  rows: readonly Result[],
): Promise<Decided> {
  const held = await asJudged(transaction, assets, rows);
  const applied = [...held.keys()];
  await rememberCases(transaction, id, applied);
  const settled = await appendFinals(transaction, held, rows.map(finalOf), at);
  await transaction.query(CLOSE_LETTERS, [id, applied]);
  await transaction.query(MARK, [id, rows.map(({ assetId }) => assetId), applied]);
  return { settled, movedOn: rows.length - held.size };
}

/** Those of the assets that stand as when they were judged, and do not wait for their final. */
async function asJudged(
  transaction: EntityManager,
  assets: ReadonlyMap<string, Standing>,
  rows: readonly Result[],
): Promise<Map<string, Standing>> {
  // a statement of its own: it sees what was committed while the assets were waited for
  const pending = await transaction.query<{ assetId: string }[]>(
    `SELECT asset_id AS "assetId" FROM pending_final WHERE asset_id = ANY ($1::uuid[])`,
    [[...assets.keys()]],
  );
  const awaited = new Set(pending.map(({ assetId }) => assetId));
  const judgedAt = new Map(rows.map(({ assetId, revision }) => [assetId, revision]));
  return new Map(
    [...assets].filter(([assetId, { revision }]) => judgedAt.get(assetId) === revision && !awaited.has(assetId)),
  );
}

/** Which results become decisions; the same verdict again would fill histories without telling anything. */
export const RECORDED = `r.judgement IS NOT NULL AND (k.record = 'all' OR r.to_verdict <> r.from_verdict)`;

const TO_APPLY = `
  SELECT r.asset_id AS "assetId", r.judgement, k.policy_version AS "policyVersion", r.bank_match AS match,
    r.model_id AS "modelId", c.scores::float8[] AS scores, c.views, r.margin::float8 AS margin,
    r.revision_before AS revision
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
  UPDATE campaign_result r SET outcome = CASE WHEN a.id = ANY ($3) THEN 'applied' ELSE 'moved_on' END,
    revision_applied = CASE WHEN a.id = ANY ($3) THEN a.standing_revision END
  FROM asset a
  WHERE r.campaign_id = $1 AND r.asset_id = ANY ($2) AND a.id = r.asset_id`;
