import type { DataSource, EntityManager } from 'typeorm';

import { decisionsToRestore } from '#moderation/campaigns/restore.js';

import { openCases, reopenCases } from './campaign-cases.js';
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
import { causedDecisionsOf } from './campaign-histories.js';
import { appendFinals, type Held, type Settled } from './final-store.js';

/** An asset on which a campaign has decided. */
interface Applied {
  readonly assetId: string;
}

/** What is said again of an asset: one decision, or two. */
interface Restored {
  readonly assetId: string;
  readonly revisions: readonly number[];
}

/** Undoes what a campaign applied. */
export class CampaignRollbackStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Undoes the next decisions of a campaign: each asset stands and is served again as if the campaign had never been, by
   * new revisions. One that another decision rules by now, or a person's, is left alone and marked. A dead letter that the campaign's
   * label closed is open again, and so is a case that it ended.
   *
   * @param at epoch milliseconds
   * @returns undefined when it is another's turn, or the campaign is not being rolled back: nothing is written
   */
  rollbackPage(token: string, id: string, most: number, at: number): Promise<AppliedPage | undefined> {
    return decidePage<Applied>(
      this.database,
      { token, id, most, at },
      {
        state: 'rolling_back',
        cause: 'rollback',
        next: APPLIED,
        decide: (transaction, assets, rows) => undo(transaction, { id, at }, assets, rows),
      },
    );
  }
}

async function undo(
  transaction: EntityManager,
  { id, at }: { readonly id: string; readonly at: number },
  assets: ReadonlyMap<string, Standing>,
  rows: readonly Applied[],
): Promise<Decided> {
  const histories = await causedDecisionsOf(transaction, [...assets.keys()]);
  const restored = [...histories].flatMap(([assetId, history]): Restored[] => {
    const revisions = decisionsToRestore(history, id).map(({ revision }) => revision);
    return revisions.length === 0 ? [] : [{ assetId, revisions }];
  });
  const ids = restored.map(({ assetId }) => assetId);
  const openBefore = await openCases(transaction, ids);
  const settled = await restore(transaction, assets, restored, at);
  await reopenCases(transaction, id, ids, openBefore);
  await transaction.query(REOPEN_LETTERS, [id, ids]);
  await transaction.query(
    `UPDATE campaign_result SET outcome = CASE WHEN asset_id = ANY ($3) THEN 'rolled_back' ELSE 'kept' END
     WHERE campaign_id = $1 AND asset_id = ANY ($2)`,
    [id, rows.map(({ assetId }) => assetId), ids],
  );
  return { settled, movedOn: rows.length - ids.length };
}

/** @returns the decisions that were written, one or two an asset */
async function restore(
  transaction: EntityManager,
  held: ReadonlyMap<string, Held>,
  restored: readonly Restored[],
  at: number,
): Promise<Settled[]> {
  // what decides whether it is served goes before what stands: see `decisionsToRestore`
  const before = restored.flatMap(({ assetId, revisions: [first, second] }) =>
    first === undefined || second === undefined ? [] : [{ assetId, revision: first }],
  );
  const standing = restored.flatMap(({ assetId, revisions }) => {
    const revision = revisions.at(-1);
    return revision === undefined ? [] : [{ assetId, revision }];
  });
  const first = await append(transaction, held, before, at);
  return [...first, ...(await append(transaction, held, standing, at))];
}

async function append(
  transaction: EntityManager,
  held: ReadonlyMap<string, Held>,
  earlier: readonly { readonly assetId: string; readonly revision: number }[],
  at: number,
): Promise<Settled[]> {
  const rows = await transaction.query<StoredJudgement[]>(EARLIER, [
    earlier.map(({ assetId }) => assetId),
    earlier.map(({ revision }) => revision),
  ]);
  return appendFinals(transaction, held, rows.map(finalOf), at);
}

const REOPEN_LETTERS = `
  UPDATE dead_letter SET closed_at = NULL, closed_by = NULL, closed_how = NULL, note = NULL
  WHERE asset_id = ANY ($2) AND closed_how = 'labelled' AND closed_by = ${LETTER_CLOSER}`;

const APPLIED = `
  SELECT r.asset_id AS "assetId"
  FROM campaign k JOIN campaign_result r ON r.campaign_id = k.id
  WHERE k.id = $1 AND r.outcome = 'applied' AND ${BEHIND_CURSOR}
  ORDER BY r.asset_id
  LIMIT $2`;

/** The margin puts a case in its place in the moderators' list: what was undone is looked at first. */
const EARLIER = `
  SELECT d.asset_id AS "assetId", d.policy_version AS "policyVersion", d.bank_match AS match, d.model_id AS "modelId",
    jsonb_build_object('verdict', d.verdict, 'band', d.band, 'source', d.source, 'reasons', d.reasons) AS judgement,
    c.scores::float8[] AS scores, c.views, 0 AS margin
  FROM unnest($1::uuid[], $2::integer[]) AS earlier (asset_id, revision)
  JOIN decision d USING (asset_id, revision)
  LEFT JOIN classification c ON c.asset_id = d.asset_id AND c.model_id = d.model_id`;
