import type { DataSource, EntityManager } from 'typeorm';

import type { Degradation, PerceptualHash, ViewName } from '#contracts/prepared-image.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { supersede, type Superseding } from '#moderation/history.js';
import type { Judgement } from '#moderation/judge.js';
import type { TransitionRules } from '#moderation/policy.js';
import { blockingLabels, ruleOn, type ReasonedDecision, type Ruling } from '#moderation/transition-rules.js';
import type { Cause, TrafficClass, Transition } from '#moderation/words.js';

import { learn, type BankLesson } from './bank-lessons.js';
import { ownClockFaultMs } from './clocks.js';
import { withDatabase } from './errors.js';
import { hurryAfter } from './hurry-store.js';
import { newReview, type NewReview } from './review-opening.js';
import { runPreparedIn, type PreparedStatement } from './run-prepared.js';
import { SETTLE } from './settle-statement.js';

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
    /** Of each view, where it was scored now: a row per view. Scores that are kept already stay as they are. */
    readonly viewScores?: readonly (readonly number[])[];
    /** What each of them shows. */
    readonly viewNames?: readonly ViewName[];
  } | null;
  /** Why it was not wholly seen; left out where nobody looked. Known of the asset from then on, whoever judges its scores. */
  readonly degraded?: readonly Degradation[];
  /** What it looks like; left out or null where it was not computed. Kept with the asset. */
  readonly perceptual?: PerceptualHash | null;
  /** The entry of a bank that decided, where the judgement's source is `hash`. */
  readonly match?: BankHit | null;
  /** The banks shall know this final from now on, as the policy says (`feedsBank` of the core); not if left out. */
  readonly feedsBank?: boolean;
  /** How near the scores came to another band, 0..1. */
  readonly margin: number;
  /** What the policy says about late blocks and releases; left out: they apply at once. */
  readonly rules?: TransitionRules;
  /** The work ended without success: kept as a dead letter with its reason. */
  readonly dead: { readonly reason: string; readonly attempts: number; readonly detail: string } | null;
}

/** What became of one asset. `labels` are those that the change of what is served is about, or the exposure. */
export interface Settled extends Pick<Held, 'trafficClass' | 'cause'>, Omit<Ruling, 'judgement'> {
  readonly assetId: string;
  readonly receivedAtMs: number;
  /** By the database's clock, as what it is compared with. */
  readonly decidedAtMs: number;
  readonly transition: Transition | null;
  readonly exposureMs: number | null;
  readonly wrongfulHoldMs: number | null;
}

/** An asset whose row is locked by the transaction that writes a final for it. */
export interface Held {
  readonly assetId: string;
  readonly clientId: string;
  readonly trafficClass: TrafficClass;
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
   * @param at when it was decided, epoch milliseconds by this process' clock
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
 * Appends a machine's finals to the histories of assets whose rows the transaction has locked, as the rules of the
 * policy let them, and brings forward what a late block makes suspect. Results of other assets are passed over.
 *
 * @param at when it was decided, epoch milliseconds by this process' clock; written by the database's where that is wrong
 */
export async function appendFinals(
  transaction: EntityManager,
  held: ReadonlyMap<string, Held>,
  results: readonly HeavyResult[],
  at: number,
): Promise<Settled[]> {
  const decidedAtMs = at + (await ownClockFaultMs(transaction));
  const histories = await decisionsOf(transaction, [...held.keys()]);
  const rows = results.flatMap((result) => {
    const asset = held.get(result.assetId);
    const history = histories.get(result.assetId) ?? [];
    return asset === undefined ? [] : [settlement(asset, history, result, decidedAtMs)];
  });
  if (rows.length > 0) await runPreparedIn(transaction, SETTLE, [JSON.stringify(rows)]);
  await learn(transaction, rows.flatMap(lessonOf));
  const settled = rows.map((row) => row.settled);
  const blocked = settled.filter(({ transition }) => transition === 'late_block');
  await hurryAfter(
    transaction,
    blocked.map(({ assetId }) => assetId),
    decidedAtMs,
  );
  return settled;
}

/** Takes the leased rows off the list of what lacks a final, and locks their assets against other decisions. */
async function takeHeld(
  transaction: EntityManager,
  token: string,
  results: readonly HeavyResult[],
): Promise<Map<string, Held>> {
  const ids = results.map((result) => result.assetId);
  const rows = await runPreparedIn<Taken>(transaction, TAKE, [ids, token]);
  const causes = new Map(rows.map((row) => [row.assetId, row]));
  const taken = rows.map((row) => row.assetId);
  const assets = await runPreparedIn<Omit<Held, 'cause' | 'causeId'>>(transaction, HOLD, [taken]);
  return new Map(
    assets.map((asset) => {
      const { cause, causeId } = causes.get(asset.assetId) ?? ORDINARY;
      return [asset.assetId, { ...asset, cause, causeId }];
    }),
  );
}

type Taken = Pick<Held, 'assetId' | 'cause' | 'causeId'>;

const ORDINARY = { cause: null, causeId: null };

const TAKE: PreparedStatement = {
  name: 'take-pending',
  text: `DELETE FROM pending_final WHERE asset_id = ANY ($1::uuid[]) AND lease_token = $2
    RETURNING asset_id AS "assetId", cause, cause_id AS "causeId"`,
};

/** A statement of its own: it sees what was committed while the first waited. */
const HOLD: PreparedStatement = {
  name: 'hold-assets',
  text: `SELECT id AS "assetId", client_id AS "clientId", traffic_class AS "trafficClass",
      extract(epoch FROM received_at)::float8 * 1000 AS "receivedAtMs"
    FROM asset WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE`,
};

/** Every decision of some assets, by asset; first to newest. */
export async function decisionsOf(
  transaction: EntityManager,
  assetIds: readonly string[],
): Promise<Map<string, ReasonedDecision[]>> {
  const rows = await transaction.query<(ReasonedDecision & { assetId: string })[]>(
    `SELECT asset_id AS "assetId", revision, stage, source, verdict, band, reasons,
       CASE WHEN cause = 'undo' THEN supersedes END AS undoes,
       extract(epoch FROM decided_at)::float8 * 1000 AS "decidedAtMs"
     FROM decision WHERE asset_id = ANY ($1) ORDER BY asset_id, revision`,
    [assetIds],
  );
  const byAsset = new Map<string, ReasonedDecision[]>();
  for (const row of rows) byAsset.set(row.assetId, [...(byAsset.get(row.assetId) ?? []), row]);
  return byAsset;
}

interface Settlement extends Omit<HeavyResult, 'rules'>, Pick<Held, 'cause' | 'causeId'> {
  readonly at: number;
  readonly next: Superseding;
  readonly review: NewReview | null;
  readonly settled: Settled;
}

function settlement(asset: Held, history: ReasonedDecision[], result: HeavyResult, at: number): Settlement {
  const { rules, ...found } = result;
  const { judgement, ...ruling } = ruleOn({ ...found, rules }, history);
  const next = supersede(history, judgement, at);
  // a default withheld it before: that is no change of what is served, and yet it was shown
  const isConfirmed = ruling.change === null && (next.reconciliation?.exposureMs ?? null) !== null;
  return {
    ...found,
    judgement,
    at,
    cause: asset.cause,
    causeId: asset.causeId,
    next,
    review: newReview(asset, history, { ...ruling, judgement }, { next, at }),
    settled: {
      assetId: asset.assetId,
      trafficClass: asset.trafficClass,
      cause: asset.cause,
      receivedAtMs: asset.receivedAtMs,
      decidedAtMs: at,
      ...ruling,
      labels: isConfirmed ? blockingLabels(judgement.reasons) : ruling.labels,
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
