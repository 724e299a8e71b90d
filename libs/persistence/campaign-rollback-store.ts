import type { DataSource, EntityManager } from 'typeorm';

import { decisionsToRestore } from '#moderation/campaigns/restore.js';

import { reopenCases } from './campaign-cases.js';
import {
  BEHIND_CURSOR,
  decidePage,
  finalOf,
  LETTER_CLOSER,
  type AppliedPage,
  type StoredJudgement,
} from './campaign-decisions.js';
import { appendFinals, decisionsOf, type Held, type Settled } from './final-store.js';

/** A decision that a campaign applied. */
interface Applied {
  readonly assetId: string;
  readonly revision: number;
}

/** Undoes what a campaign applied. */
export class CampaignRollbackStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Undoes the next decisions of a campaign: what stood before each comes into force again, as a new revision. An asset
   * on which the campaign's decision does not stand any more is left alone and marked. A dead letter that the campaign's
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
        decide: (transaction, held, rows) => undo(transaction, { id, at }, held, rows),
      },
    );
  }
}

async function undo(
  transaction: EntityManager,
  { id, at }: { readonly id: string; readonly at: number },
  held: ReadonlyMap<string, Held>,
  rows: readonly Applied[],
): Promise<Settled[]> {
  const applied = new Map(rows.map(({ assetId, revision }) => [assetId, revision]));
  const settled = await restore(transaction, held, applied, at);
  await reopenCases(transaction, id, [...held.keys()]);
  await transaction.query(REOPEN_LETTERS, [id, [...held.keys()]]);
  await transaction.query(
    `UPDATE campaign_result SET outcome = CASE WHEN asset_id = ANY ($3) THEN 'rolled_back' ELSE 'kept' END
     WHERE campaign_id = $1 AND asset_id = ANY ($2)`,
    [id, [...applied.keys()], [...held.keys()]],
  );
  return settled;
}

/** @returns the decisions that were written, one or two an asset */
async function restore(
  transaction: EntityManager,
  held: ReadonlyMap<string, Held>,
  applied: ReadonlyMap<string, number>,
  at: number,
): Promise<Settled[]> {
  const histories = await decisionsOf(transaction, [...held.keys()]);
  const restored = [...held.keys()].map((assetId) => ({
    assetId,
    revisions: decisionsToRestore(histories.get(assetId) ?? [], applied.get(assetId) ?? 0).map(
      ({ revision }) => revision,
    ),
  }));
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
  SELECT r.asset_id AS "assetId", r.revision_applied AS revision
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
