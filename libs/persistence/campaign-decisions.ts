import type { DataSource, EntityManager } from 'typeorm';

import type { BankHit } from '#moderation/banks/bank.js';
import { afterStep, type CampaignState } from '#moderation/campaigns/campaign.js';
import type { Judgement } from '#moderation/judge.js';
import type { Cause } from '#moderation/words.js';

import { WAITS_NO_MORE } from './campaign-row.js';
import { lockCampaign } from './campaign-store.js';
import { holdsTurn } from './campaign-turn-store.js';
import { withDatabase } from './errors.js';
import type { Held, HeavyResult, Settled } from './final-store.js';

/** What became of one page of results. */
export interface AppliedPage {
  /** Decisions that came into force. */
  readonly settled: readonly Settled[];
  /** Assets that another decision had reached before. */
  readonly movedOn: number;
  readonly end: boolean;
}

/** Up to `most` assets of a campaign, by whoever has the turn. */
export interface PageOrder {
  readonly token: string;
  readonly id: string;
  readonly most: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** An asset whose row the transaction has locked, with the revision that stands. */
export interface Standing extends Held {
  readonly revision: number;
}

/** What one kind of decisions came to. */
export interface Decided {
  readonly settled: readonly Settled[];
  /** Assets that were left alone. */
  readonly movedOn: number;
}

/** One kind of a campaign's decisions. */
export interface Deciding<R extends { readonly assetId: string }> {
  /** The campaign is in it while it decides so. */
  readonly state: CampaignState;
  readonly cause: Cause;
  /** Selects the next rows: `$1` is the campaign, `$2` how many at most. */
  readonly next: string;
  /** Writes the decisions on those of the assets that they still may be made on, and what became of all. */
  decide(transaction: EntityManager, assets: ReadonlyMap<string, Standing>, rows: readonly R[]): Promise<Decided>;
}

/**
 * Makes one page of a campaign's decisions, all or nothing. What is erased is left alone.
 *
 * @returns undefined when it is another's turn, or the campaign is in another state: nothing is written
 */
export function decidePage<R extends { readonly assetId: string }>(
  database: DataSource,
  { token, id, most, at }: PageOrder,
  deciding: Deciding<R>,
): Promise<AppliedPage | undefined> {
  return withDatabase(() =>
    database.transaction(async (transaction): Promise<AppliedPage | undefined> => {
      const { state, cause, next } = deciding;
      if (!(await holdsTurn(transaction, token))) return undefined;
      if ((await lockCampaign(transaction, id)) !== state) return undefined;
      const rows = await transaction.query<R[]>(next, [id, most]);
      const ids = rows.map(({ assetId }) => assetId);
      const assets = await holdAssets(transaction, ids, { cause, causeId: id });
      const { settled, movedOn } = await deciding.decide(transaction, assets, rows);
      const end = rows.length < most;
      const after = end ? (afterStep(state, 'finish') ?? state) : state;
      await transaction.query(MOVE_ON, [id, after, rows.at(-1)?.assetId ?? null, new Date(at)]);
      return { settled, movedOn, end };
    }),
  );
}

/** Where it stands when no asset was left: where it was. */
const MOVE_ON = `
  UPDATE campaign SET state = $2, cursor = coalesce($3, cursor), changed_at = $4, fault = NULL, ${WAITS_NO_MORE}
  WHERE id = $1`;

/** Locks assets until the end of the transaction, but those that are erased. */
export async function holdAssets(
  transaction: EntityManager,
  assetIds: readonly string[],
  cause: Pick<Held, 'cause' | 'causeId'>,
): Promise<Map<string, Standing>> {
  const rows = await transaction.query<Omit<Standing, 'cause' | 'causeId'>[]>(
    `SELECT id AS "assetId", client_id AS "clientId", traffic_class AS "trafficClass",
       extract(epoch FROM received_at)::float8 * 1000 AS "receivedAtMs",
       standing_revision AS revision
     FROM asset WHERE id = ANY ($1) AND erased_at IS NULL ORDER BY id FOR UPDATE`,
    [assetIds],
  );
  return new Map(rows.map((row) => [row.assetId, { ...row, ...cause }]));
}

/** Results `r` of a campaign `k` that are still to be worked on. */
export const BEHIND_CURSOR = `r.asset_id > coalesce(k.cursor, '00000000-0000-0000-0000-000000000000'::uuid)`;

/** Who closes the dead letters of what the campaign `$1` labels. */
export const LETTER_CLOSER = `'campaign ' || $1::uuid::text`;

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
