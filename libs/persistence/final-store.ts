import type { DataSource, EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import type { PerceptualHash } from '#contracts/prepared-image.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { supersede, tiersDisagree, type PastDecision, type Superseding } from '#moderation/history.js';
import type { Judgement } from '#moderation/judge.js';
import type { Cause, Transition } from '#moderation/words.js';

import { learn, type BankLesson } from './bank-lessons.js';
import { withDatabase } from './errors.js';

/** What the heavy tier found out about one leased asset. */
export interface HeavyResult {
  readonly assetId: string;
  readonly judgement: Judgement;
  readonly policyVersion: number;
  /** Null where the asset could not be labelled. */
  readonly classification: {
    readonly modelId: string;
    readonly scores: readonly number[];
    readonly views: number;
  } | null;
  /** What it looks like; left out or null where it was not computed. Kept with the asset. */
  readonly perceptual?: PerceptualHash | null;
  /** The entry of a bank that decided, where the judgement's source is `hash`. */
  readonly match?: BankHit | null;
  /** The banks shall know this final from now on, as the policy says (`feedsBank` of the core); not if left out. */
  readonly feedsBank?: boolean;
  /** How near the scores came to another band, 0..1. */
  readonly margin: number;
  /** The work ended without success: kept as a dead letter with its reason. */
  readonly dead: { readonly reason: string; readonly attempts: number; readonly detail: string } | null;
}

/** What became of one asset. */
export interface Settled {
  readonly assetId: string;
  readonly receivedAtMs: number;
  readonly transition: Transition | null;
  readonly exposureMs: number | null;
  readonly wrongfulHoldMs: number | null;
}

/** An asset whose row is locked by the transaction that writes a final for it. */
export interface Held {
  readonly assetId: string;
  readonly clientId: string;
  readonly receivedAtMs: number;
  /** Why there is another final than the ordinary one; null for that. */
  readonly cause: Cause | null;
  /** The dead letter or campaign that causes it. */
  readonly causeId: string | null;
}

/** Writes final labels: per batch one transaction, per asset one machine final for a model version. */
export class FinalStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Settles those results whose asset is still under the lease `token`; the others were presumed lost, somebody else
   * labels them, and nothing of them is written.
   *
   * @param at when it was decided, epoch milliseconds
   * @throws DatabaseLate; nothing is then half-written
   */
  settle(token: string, results: readonly HeavyResult[], at: number): Promise<Settled[]> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        const held = await takeHeld(transaction, token, results);
        return appendFinals(transaction, held, results, at);
      }),
    );
  }
}

/**
 * Appends a machine's finals to the histories of assets whose rows the transaction has locked. Results of other assets
 * are passed over.
 *
 * @param at when it was decided, epoch milliseconds
 */
export async function appendFinals(
  transaction: EntityManager,
  held: ReadonlyMap<string, Held>,
  results: readonly HeavyResult[],
  at: number,
): Promise<Settled[]> {
  const histories = await decisionsOf(transaction, [...held.keys()]);
  const rows = results.flatMap((result) => {
    const asset = held.get(result.assetId);
    const history = histories.get(result.assetId) ?? [];
    return asset === undefined ? [] : [settlement(asset, history, result, at)];
  });
  if (rows.length > 0) await transaction.query(SETTLE, [JSON.stringify(rows)]);
  await learn(transaction, rows.flatMap(lessonOf));
  return rows.map((row) => row.settled);
}

/** Takes the leased rows off the list of what lacks a final, and locks their assets against other decisions. */
async function takeHeld(
  transaction: EntityManager,
  token: string,
  results: readonly HeavyResult[],
): Promise<Map<string, Held>> {
  const ids = results.map((result) => result.assetId);
  const [rows] = await transaction.query<[Taken[], number]>(
    `DELETE FROM pending_final WHERE asset_id = ANY ($1) AND lease_token = $2
     RETURNING asset_id AS "assetId", cause, cause_id AS "causeId"`,
    [ids, token],
  );
  const causes = new Map(rows.map((row) => [row.assetId, row]));
  const assets = await transaction.query<Omit<Held, 'cause' | 'causeId'>[]>(
    `SELECT id AS "assetId", client_id AS "clientId", extract(epoch FROM received_at)::float8 * 1000 AS "receivedAtMs"
     FROM asset WHERE id = ANY ($1) ORDER BY id FOR UPDATE`,
    [rows.map((row) => row.assetId)],
  );
  return new Map(
    assets.map((asset) => {
      const { cause, causeId } = causes.get(asset.assetId) ?? ORDINARY;
      return [asset.assetId, { ...asset, cause, causeId }];
    }),
  );
}

type Taken = Pick<Held, 'assetId' | 'cause' | 'causeId'>;

const ORDINARY = { cause: null, causeId: null };

/** Every decision of some assets, by asset. */
export async function decisionsOf(
  transaction: EntityManager,
  assetIds: readonly string[],
): Promise<Map<string, PastDecision[]>> {
  const rows = await transaction.query<(PastDecision & { assetId: string })[]>(
    `SELECT asset_id AS "assetId", revision, stage, source, verdict, band,
       extract(epoch FROM decided_at)::float8 * 1000 AS "decidedAtMs"
     FROM decision WHERE asset_id = ANY ($1)`,
    [assetIds],
  );
  const byAsset = new Map<string, PastDecision[]>();
  for (const row of rows) byAsset.set(row.assetId, [...(byAsset.get(row.assetId) ?? []), row]);
  return byAsset;
}

interface Settlement extends HeavyResult, Pick<Held, 'cause' | 'causeId'> {
  readonly at: number;
  readonly next: Superseding;
  readonly review: { id: string; clientId: string; disagreement: boolean } | null;
  readonly settled: Settled;
}

function settlement(asset: Held, history: PastDecision[], result: HeavyResult, at: number): Settlement {
  const next = supersede(history, result.judgement, at);
  const provisional = history.find((decision) => decision.stage === 'provisional');
  return {
    ...result,
    at,
    cause: asset.cause,
    causeId: asset.causeId,
    next,
    review: next.needsReview
      ? {
          id: uuidv7(),
          clientId: asset.clientId,
          disagreement: tiersDisagree(provisional?.band ?? null, result.judgement.band),
        }
      : null,
    settled: {
      assetId: asset.assetId,
      receivedAtMs: asset.receivedAtMs,
      transition: next.reconciliation?.transition ?? null,
      exposureMs: next.reconciliation?.exposureMs ?? null,
      wrongfulHoldMs: next.reconciliation?.wrongfulHoldMs ?? null,
    },
  };
}

/** What the banks learn of a machine's final: nothing of one that does not come into force. */
function lessonOf({ assetId, judgement, feedsBank, classification, next }: Settlement): BankLesson[] {
  const { verdict } = judgement;
  if (feedsBank !== true || next.supersedes === null || verdict === 'review') return [];
  return [{ assetId, verdict, origin: 'machine', by: classification?.modelId ?? 'machine', note: null }];
}

const SETTLE = `
  WITH r AS (
    SELECT *, to_timestamp(at / 1000.0) AS decided_at, nullif(next -> 'reconciliation', 'null') AS reconciliation
    FROM jsonb_to_recordset($1::jsonb) AS x (
      "assetId" uuid, at float8, judgement jsonb, "policyVersion" integer, classification jsonb, margin real, dead jsonb,
      next jsonb, review jsonb, perceptual jsonb, "match" jsonb, cause text, "causeId" text)
  ), the_classifications AS (
    INSERT INTO classification (asset_id, model_id, tier, scores, views, created_at)
    SELECT "assetId", c."modelId", 'heavy', c.scores, c.views, decided_at
    FROM r, jsonb_to_record(nullif(classification, 'null')) AS c ("modelId" text, scores real[], views smallint)
    WHERE c."modelId" IS NOT NULL
    ON CONFLICT (asset_id, model_id) DO NOTHING
  ), the_decisions AS (
    INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, model_id, supersedes,
      bank_match, cause, cause_id, decided_at)
    SELECT "assetId", (next ->> 'revision')::integer, 'final', judgement ->> 'verdict', judgement ->> 'band',
      judgement ->> 'source', judgement -> 'reasons', "policyVersion", classification ->> 'modelId',
      (next ->> 'supersedes')::integer, nullif("match", 'null'), cause, "causeId", decided_at
    FROM r
  ), the_reconciliations AS (
    INSERT INTO reconciliation (asset_id, revision, transition, exposure_ms, wrongful_hold_ms, reconciled_at)
    SELECT "assetId", (next ->> 'revision')::integer, reconciliation ->> 'transition',
      (reconciliation ->> 'exposureMs')::float8::bigint, (reconciliation ->> 'wrongfulHoldMs')::float8::bigint, decided_at
    FROM r WHERE reconciliation IS NOT NULL
  ), the_reviews AS (
    INSERT INTO review (id, asset_id, client_id, state, disagreement, margin, opened_at)
    SELECT (review ->> 'id')::uuid, "assetId", (review ->> 'clientId')::uuid, 'open', (review ->> 'disagreement')::boolean,
      margin, decided_at
    FROM r WHERE jsonb_typeof(review) = 'object'
    ON CONFLICT (asset_id) WHERE state IN ('open', 'claimed') DO NOTHING
  ), the_withdrawn AS (
    UPDATE review v SET state = 'withdrawn', revision = v.revision + 1
    FROM r WHERE v.asset_id = r."assetId" AND v.state IN ('open', 'claimed')
      AND jsonb_typeof(reconciliation) = 'object' AND jsonb_typeof(review) <> 'object'
  ), the_dead AS (
    INSERT INTO dead_letter (asset_id, reason, attempts, detail, created_at)
    SELECT "assetId", dead ->> 'reason', (dead ->> 'attempts')::integer, dead ->> 'detail', decided_at
    FROM r WHERE jsonb_typeof(dead) = 'object'
  )
  UPDATE asset a SET revisions = (next ->> 'revision')::integer, standing_revision = (next ->> 'standingRevision')::integer,
    stage = next ->> 'stage', verdict = next ->> 'verdict', served = (next ->> 'served')::boolean,
    transition = coalesce(reconciliation ->> 'transition', a.transition),
    pdq = coalesce(decode(perceptual ->> 'pdq', 'hex'), a.pdq),
    pdq_quality = coalesce((perceptual ->> 'quality')::smallint, a.pdq_quality)
  FROM r WHERE a.id = r."assetId"`;
