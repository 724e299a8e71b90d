import type { DataSource } from 'typeorm';

import type { Degradation, PerceptualHash } from '#contracts/prepared-image.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { afterStep, isAtWork, type CampaignWait } from '#moderation/campaigns/campaign.js';
import type { CampaignFilter, Skip } from '#moderation/campaigns/candidate.js';
import type { Finding } from '#moderation/label.js';
import type { Judgement, Reason } from '#moderation/judge.js';
import type { Verdict } from '#moderation/words.js';

import { PAGE, RETRIES } from './campaign-page.js';
import { WAITS_NO_MORE } from './campaign-row.js';
import { lockCampaign } from './campaign-store.js';
import { endTries, hasTries, type TryAgain } from './campaign-tries.js';
import { holdsTurn } from './campaign-turn-store.js';
import { rememberDegraded } from './degraded.js';
import { withDatabase } from './errors.js';
import type { HeavyResult } from './final-store.js';

/** Scores of one model version. */
interface KnownScores {
  readonly scores: readonly number[];
  readonly views: number;
}

/** An asset that a campaign chooses, as it stands now. */
export interface ChosenAsset {
  readonly assetId: string;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
  readonly perceptual: PerceptualHash | null;
  readonly degraded: readonly Degradation[];
  readonly revision: number;
  readonly verdict: Verdict;
  readonly served: boolean;
  /** Of the decision in force. */
  readonly reasons: readonly Reason[];
  readonly humanDecided: boolean;
  readonly pending: boolean;
  /** How often a look at it was begun before and has no result. */
  readonly attempts: number;
  /** What the campaign's model gave it before; null for nothing. */
  readonly known: KnownScores | null;
}

export interface ChosenPage {
  readonly assets: readonly ChosenAsset[];
  /** The last asset that was looked at, chosen or not; null when there was none. */
  readonly scannedTo: string | null;
  /** Nothing lies behind it. */
  readonly end: boolean;
  /** Something before it is in hand, or is tried again later. */
  readonly waiting: boolean;
}

/** What a campaign found out about one asset: a judgement, or why there is none. */
export interface CampaignResult {
  readonly asset: Pick<ChosenAsset, 'assetId' | 'revision' | 'verdict' | 'served'>;
  readonly skipped: Skip | null;
  readonly detail: string | null;
  /** How often a look was tried, where that failed. */
  readonly attempts?: number;
  readonly judgement: Judgement | null;
  readonly match: BankHit | null;
  readonly classification: HeavyResult['classification'];
  /** Why the asset was not wholly seen, by a look or as it was known; left out where nobody looked. */
  readonly degraded?: readonly Degradation[];
  readonly margin: number;
  readonly label: Finding | null;
}

export interface PageDone {
  readonly results: readonly CampaignResult[];
  /** What of it is tried again; left out: nothing. */
  readonly again?: readonly TryAgain[];
  readonly modelId: string;
  /** The next page begins behind it. */
  readonly cursor: string | null;
  readonly end: boolean;
}

/** A choice once made holds: what is tried again is judged whatever the campaign's filter says of it by now. */
const EVERYTHING = JSON.stringify({ receivedBefore: 'infinity' });
/** Rows that one page may look at: what a filter passes over costs time too. */
const SCANNED_MAX = 1_000;

/** The work of a campaign: pages of chosen assets out, results in. */
export class CampaignRunStore {
  constructor(private readonly database: DataSource) {}

  /** Up to `most` chosen assets behind the campaign's cursor, in the order of their ids, that it has not tried yet. */
  async page(id: string, filter: CampaignFilter, modelId: string, most: number): Promise<ChosenPage> {
    const rows = await withDatabase(() =>
      this.database.query<(Omit<ChosenPage, 'end'> & { scanned: number })[]>(PAGE, [
        JSON.stringify(filter),
        id,
        modelId,
        most,
        SCANNED_MAX,
      ]),
    );
    const { assets = [], scannedTo = null, scanned = 0, waiting = false } = rows[0] ?? {};
    const full = assets.length === most;
    return {
      assets,
      scannedTo: full ? (assets.at(-1)?.assetId ?? null) : scannedTo,
      end: !full && scanned < SCANNED_MAX,
      waiting,
    };
  }

  /** Up to `most` assets that the campaign tries again now: together what failed, alone what its service died over. */
  async retries(id: string, modelId: string, most: number): Promise<ChosenAsset[]> {
    const rows = await withDatabase(() =>
      this.database.query<{ assets: ChosenAsset[] }[]>(RETRIES, [EVERYTHING, id, modelId, most]),
    );
    return rows[0]?.assets ?? [];
  }

  /**
   * Keeps a page's results, its scores, and where the next page begins, all or nothing. A campaign that was paused
   * meanwhile keeps them too. What has a result already keeps it. It ends when nothing is left to be tried again.
   *
   * @param at when it was judged
   * @returns false when it is another's turn, or the campaign was discarded: nothing is written
   */
  write(
    token: string,
    id: string,
    { results, again = [], modelId, cursor, end }: PageDone,
    at: Date,
  ): Promise<boolean> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        if (!(await holdsTurn(transaction, token))) return false;
        const state = await lockCampaign(transaction, id);
        if (state !== 'running' && state !== 'paused') return false;
        await transaction.query(WRITE, [id, JSON.stringify(results), at]);
        await rememberDegraded(transaction, results);
        const done = results.map(({ asset }) => asset.assetId);
        await endTries(transaction, id, done, again);
        const isOver = end && state === 'running' && !(await hasTries(transaction, id));
        const next = isOver ? afterStep(state, 'finish') : state;
        await transaction.query(ADVANCE, [
          id,
          next,
          cursor,
          modelId,
          results.length,
          results.filter(hasFailed).length,
          at,
        ]);
        return true;
      }),
    );
  }

  /** Says that a campaign cannot go on, and why, from `at` on unless it said so before; its next page takes that back. */
  wait(token: string, id: string, what: CampaignWait, at: Date): Promise<void> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        if (!(await holdsTurn(transaction, token))) return;
        const state = await lockCampaign(transaction, id);
        if (state === undefined || !isAtWork(state)) return;
        await transaction.query(
          `UPDATE campaign SET waits_for = $2, waits_since = $3 WHERE id = $1 AND waits_for IS DISTINCT FROM $2`,
          [id, what, at],
        );
      }),
    );
  }

  /**
   * Ends a campaign that met a defect; whoever has mended that resumes it. One that is being applied or rolled back is half
   * in force: it stays what it is, says its fault, and goes on when it can.
   */
  async fail(token: string, id: string, fault: string, at: Date): Promise<void> {
    await withDatabase(() =>
      this.database.transaction(async (transaction) => {
        if (!(await holdsTurn(transaction, token))) return;
        const state = await lockCampaign(transaction, id);
        if (state === undefined || !isAtWork(state)) return;
        const next = afterStep(state, 'fail') ?? state;
        await transaction.query(
          `UPDATE campaign SET state = $2, fault = $3, changed_at = $4, ${WAITS_NO_MORE} WHERE id = $1`,
          [id, next, fault, at],
        );
      }),
    );
  }
}

const hasFailed = ({ skipped }: CampaignResult): boolean => skipped === 'failed' || skipped === 'refused';

const WRITE = `
  WITH r AS (
    SELECT (asset ->> 'assetId')::uuid AS asset_id, asset, skipped, detail, attempts, nullif(judgement, 'null') AS judgement,
      nullif("match", 'null') AS bank_match, nullif(classification, 'null') AS classification, margin, label
    FROM jsonb_to_recordset($2::jsonb) AS x (asset jsonb, skipped text, detail text, attempts integer, judgement jsonb,
      "match" jsonb, classification jsonb, margin real, label text)
  ), the_classifications AS (
    INSERT INTO classification (asset_id, model_id, tier, scores, views, view_scores, view_names, created_at)
    SELECT asset_id, c."modelId", 'heavy', c.scores, c.views, c."viewScores", c."viewNames", $3
    FROM r, jsonb_to_record(classification) AS c ("modelId" text, scores real[], views smallint,
      "viewScores" real[], "viewNames" jsonb)
    WHERE classification IS NOT NULL
    ON CONFLICT (asset_id, model_id) DO NOTHING
  )
  INSERT INTO campaign_result (campaign_id, asset_id, skipped, detail, attempts, judgement, bank_match, model_id, margin, label,
    from_verdict, to_verdict, from_served, revision_before, judged_at)
  SELECT $1, asset_id, skipped, detail, attempts, judgement, bank_match, classification ->> 'modelId', margin, label,
    asset ->> 'verdict', judgement ->> 'verdict', (asset ->> 'served')::boolean, (asset ->> 'revision')::integer, $3
  FROM r
  ON CONFLICT (campaign_id, asset_id) DO NOTHING`;

const ADVANCE = `
  UPDATE campaign SET state = $2, cursor = coalesce($3, cursor), model_id = $4, handled = handled + $5,
    failed = failed + $6, changed_at = $7, ${WAITS_NO_MORE}
  WHERE id = $1`;
