import type { EntityManager } from 'typeorm';

/**
 * Keeps with a campaign's results which case was open on each of their assets, and what it said: the decision that is about
 * to be applied may end it or change it.
 */
export async function rememberCases(
  transaction: EntityManager,
  id: string,
  assetIds: readonly string[],
): Promise<void> {
  await transaction.query(REMEMBER, [id, assetIds]);
}

/** The cases that are open on some assets. */
export async function openCases(transaction: EntityManager, assetIds: readonly string[]): Promise<string[]> {
  const rows = await transaction.query<{ id: string }[]>(
    `SELECT id FROM review WHERE asset_id = ANY ($1::uuid[]) AND state IN ('open', 'claimed')`,
    [assetIds],
  );
  return rows.map(({ id }) => id);
}

/**
 * Opens the cases again that were open before the campaign `id` decided, as they were: what stood then stands again, and a
 * human has yet to look at it. A case of the same asset that what was restored has opened is not wanted beside it.
 *
 * @param openBefore cases that were open when the rollback came to these assets: one that still is stays, and is the only one
 */
export async function reopenCases(
  transaction: EntityManager,
  id: string,
  assetIds: readonly string[],
  openBefore: readonly string[],
): Promise<void> {
  await transaction.query(DROP_NEW, [id, assetIds, openBefore]);
  await transaction.query(REOPEN, [id, assetIds]);
}

const REMEMBER = `
  UPDATE campaign_result r SET case_before = jsonb_build_object('id', v.id, 'disagreement', v.disagreement,
    'change', v.change, 'labels', v.labels, 'exposureMs', v.exposure_ms, 'servedSince', v.served_since, 'margin', v.margin)
  FROM review v
  WHERE r.campaign_id = $1 AND r.asset_id = ANY ($2::uuid[]) AND v.asset_id = r.asset_id
    AND v.state IN ('open', 'claimed')`;

/** Nothing refers to it yet: it is of this transaction. */
const DROP_NEW = `
  DELETE FROM review v USING campaign_result r
  WHERE r.campaign_id = $1 AND r.asset_id = ANY ($2::uuid[]) AND r.case_before IS NOT NULL AND v.asset_id = r.asset_id
    AND v.state IN ('open', 'claimed') AND v.id <> (r.case_before ->> 'id')::uuid AND v.id <> ALL ($3::uuid[])`;

const REOPEN = `
  UPDATE review v SET revision = v.revision + 1, disagreement = b.disagreement, change = b.change, labels = b.labels,
    exposure_ms = b."exposureMs", served_since = b."servedSince", margin = b.margin,
    state = CASE v.state WHEN 'withdrawn' THEN 'open' ELSE v.state END,
    claimed_by = CASE WHEN v.state <> 'withdrawn' THEN v.claimed_by END,
    claimed_in = CASE WHEN v.state <> 'withdrawn' THEN v.claimed_in END,
    claim_expires_at = CASE WHEN v.state <> 'withdrawn' THEN v.claim_expires_at END
  FROM campaign_result r, jsonb_to_record(r.case_before) AS b (id uuid, disagreement boolean, change text, labels text[],
    "exposureMs" float8, "servedSince" timestamptz, margin real)
  WHERE r.campaign_id = $1 AND r.asset_id = ANY ($2::uuid[]) AND v.id = b.id
    AND v.state IN ('open', 'claimed', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM review other
      WHERE other.asset_id = v.asset_id AND other.id <> v.id AND other.state IN ('open', 'claimed'))`;
