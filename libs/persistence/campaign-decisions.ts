import type { EntityManager } from 'typeorm';

import type { BankHit } from '#moderation/banks/bank.js';
import type { CampaignState } from '#moderation/campaigns/campaign.js';
import type { Judgement } from '#moderation/judge.js';

import type { Held, HeavyResult } from './final-store.js';

/** Assets whose rows this transaction holds, as long as the revision that is expected still stands. */
export async function holdStanding(
  transaction: EntityManager,
  expected: ReadonlyMap<string, number>,
  cause: Pick<Held, 'cause' | 'causeId'>,
): Promise<Map<string, Held>> {
  const rows = await transaction.query<(Omit<Held, 'cause' | 'causeId'> & { revision: number })[]>(
    `SELECT id AS "assetId", client_id AS "clientId", traffic_class AS "trafficClass",
       extract(epoch FROM received_at)::float8 * 1000 AS "receivedAtMs",
       standing_revision AS revision
     FROM asset WHERE id = ANY ($1) AND erased_at IS NULL ORDER BY id FOR UPDATE`,
    [[...expected.keys()]],
  );
  const standing = rows.filter(({ assetId, revision }) => expected.get(assetId) === revision);
  return new Map(
    standing.map(({ assetId, clientId, trafficClass, receivedAtMs }) => [
      assetId,
      { assetId, clientId, trafficClass, receivedAtMs, ...cause },
    ]),
  );
}

/** Results `r` of a campaign `k` that are still to be worked on. */
export const BEHIND_CURSOR = `r.asset_id > coalesce(k.cursor, '00000000-0000-0000-0000-000000000000'::uuid)`;

/** Who closes the dead letters of what the campaign `$1` labels. */
export const LETTER_CLOSER = `'campaign ' || $1::uuid::text`;

/** Writes how far the work on a campaign is; in the transaction that did the work. @param cursor null: as it was */
export async function moveOn(
  transaction: EntityManager,
  id: string,
  {
    next,
    cursor,
    at,
  }: { readonly next: CampaignState | undefined; readonly cursor: string | null; readonly at: number },
): Promise<void> {
  await transaction.query(
    `UPDATE campaign SET state = coalesce($2, state), cursor = coalesce($3, cursor), changed_at = $4,
       fault = NULL WHERE id = $1`,
    [id, next ?? null, cursor, new Date(at)],
  );
}

/** A judgement with what it rests on, out of the tables. */
export interface StoredJudgement {
  readonly assetId: string;
  readonly judgement: Judgement;
  readonly policyVersion: number;
  readonly match: BankHit | null;
  readonly modelId: string | null;
  readonly scores: readonly number[] | null;
  readonly views: number | null;
  readonly margin: number;
}

/**
 * What `appendFinals` writes of it. The banks learn nothing from a campaign: its decisions may be undone, what a bank
 * has learned meanwhile would not.
 */
export const finalOf = (stored: StoredJudgement): HeavyResult => ({
  assetId: stored.assetId,
  judgement: stored.judgement,
  policyVersion: stored.policyVersion,
  match: stored.match,
  margin: stored.margin,
  classification: scoresOf(stored),
  feedsBank: false,
  dead: null,
});

const scoresOf = ({ modelId, scores, views }: StoredJudgement): HeavyResult['classification'] =>
  modelId === null || scores === null || views === null ? null : { modelId, scores, views };
