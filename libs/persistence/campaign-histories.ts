import type { EntityManager } from 'typeorm';

import type { CausedDecision } from '#moderation/campaigns/lasting-words.js';

/** Every decision of some assets as far as campaigns go, by asset; first to newest. */
export async function causedDecisionsOf(
  transaction: EntityManager,
  assetIds: readonly string[],
): Promise<Map<string, readonly CausedDecision[]>> {
  const rows = await transaction.query<{ assetId: string; decisions: CausedDecision[] }[]>(DECISIONS, [assetIds]);
  return new Map(rows.map(({ assetId, decisions }) => [assetId, decisions]));
}

/** Whether the campaign that made the decision `d` was rolled back, and left it as it was. */
export const KEPT = `CASE WHEN d.cause = 'campaign' THEN EXISTS (SELECT 1 FROM campaign_result k
  WHERE k.campaign_id = d.cause_id::uuid AND k.asset_id = d.asset_id AND k.outcome = 'kept') ELSE false END`;

const DECISIONS = `
  SELECT d.asset_id AS "assetId", jsonb_agg(jsonb_build_object('revision', d.revision, 'stage', d.stage, 'source', d.source,
      'verdict', d.verdict, 'undoes', CASE WHEN d.cause = 'undo' THEN d.supersedes END, 'cause', d.cause,
      'causeId', d.cause_id, 'kept', ${KEPT}) ORDER BY d.revision) AS decisions
  FROM decision d WHERE d.asset_id = ANY ($1::uuid[]) GROUP BY d.asset_id`;
