import type { DataSource, EntityManager } from 'typeorm';

import { supersede } from '#moderation/history.js';
import type { Finding } from '#moderation/label.js';
import type { Reconciliation } from '#moderation/reconcile.js';
import { claimReview, decideReview, type Review, type ReviewRefusal } from '#moderation/review.js';
import type { ProvisionalVerdict, Transition } from '#moderation/words.js';

import { learn } from './bank-lessons.js';
import { ownClockFaultMs } from './clocks.js';
import { ReviewEntity } from './entities/review.entity.js';
import { withDatabase } from './errors.js';
import { THE_EVENTS } from './event-statement.js';
import { decisionsOf } from './final-store.js';
import { hurryAfter } from './hurry-store.js';

/** A case as a moderator's list shows it. */
export interface ReviewSummary extends ReviewEntity {
  readonly transition: Transition | null;
  readonly served: boolean;
}

/** Where a page of reviews ended; the next begins behind it. */
export interface ReviewCursor {
  readonly disagreement: boolean;
  readonly margin: number;
  readonly openedAtMs: number;
  readonly id: string;
}

export interface ReviewFilter {
  readonly after?: ReviewCursor | undefined;
  readonly held?: boolean | undefined;
}

/** What a moderator decides. */
export interface HumanDecision {
  readonly verdict: ProvisionalVerdict;
  readonly policyLabel: Finding | null;
  readonly note: string;
  readonly moderator: string;
}

export type Claim = Refusal | { readonly kind: 'claimed'; readonly review: ReviewEntity };
export type Outcome =
  Refusal | (Reconciliation & { readonly kind: 'decided'; readonly revision: number; readonly served: boolean });

/** `review` is the case as it stands. */
export type Refusal =
  | { readonly kind: 'refused'; readonly why: 'unknown' }
  | { readonly kind: 'refused'; readonly why: ReviewRefusal; readonly review: ReviewEntity };

/** Moderators' cases. Every step locks the row, asks the core, and writes what the core says. */
export class ReviewStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Cases still to decide: disagreements first, then small margins, then age.
   *
   * @param held only cases under a claim that runs at `nowMs`, or only the others
   */
  list(most: number, nowMs: number, { after, held }: ReviewFilter = {}): Promise<ReviewSummary[]> {
    return withDatabase(() =>
      this.database.query<ReviewSummary[]>(LIST, [
        most,
        after?.disagreement ?? null,
        after?.margin ?? null,
        after === undefined ? null : new Date(after.openedAtMs),
        after?.id ?? null,
        held ?? null,
        new Date(nowMs),
      ]),
    );
  }

  /** Takes a case for `leaseMs`, or renews one's own claim. */
  claim(id: string, moderator: string, atMs: number, leaseMs: number): Promise<Claim> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<Claim> => {
        const row = await locked(transaction, id);
        if (row === null) return { kind: 'refused', why: 'unknown' };
        const nowMs = atMs + (await ownClockFaultMs(transaction));
        const step = claimReview(factsOf(row), moderator, nowMs, leaseMs);
        if (step.kind === 'refused') return { ...step, review: row };
        return { kind: 'claimed', review: await advance(transaction, row, step.review) };
      }),
    );
  }

  /**
   * Ends a case: the human decision supersedes what stood, locks the asset, feeds the banks, and closes the case and
   * any dead letter. The work a heavy result may still do on the asset goes on and changes nothing that is in force.
   */
  decide(id: string, decision: HumanDecision, policyVersion: number, atMs: number): Promise<Outcome> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<Outcome> => {
        // the asset before its case, as a machine's final takes them: neither waits for the other in a circle
        await transaction.query(
          `SELECT 1 FROM asset WHERE id = (SELECT asset_id FROM review WHERE id = $1) FOR UPDATE`,
          [id],
        );
        const row = await locked(transaction, id);
        if (row === null) return { kind: 'refused', why: 'unknown' };
        const nowMs = atMs + (await ownClockFaultMs(transaction));
        const step = decideReview(factsOf(row), decision.moderator, nowMs);
        if (step.kind === 'refused') return { ...step, review: row };
        const history = (await decisionsOf(transaction, [row.assetId])).get(row.assetId) ?? [];
        const judgement = {
          verdict: decision.verdict,
          band: null,
          source: 'moderator',
          reasons: [
            { code: 'decided_by_moderator', ...(decision.policyLabel === null ? {} : { label: decision.policyLabel }) },
          ],
        } as const;
        const next = supersede(history, judgement, nowMs);
        if (next.reconciliation === null) throw new Error('a human decision always comes into force');
        const { transition } = next.reconciliation;
        await transaction.query(DECIDE, [
          JSON.stringify({ ...decision, assetId: row.assetId, policyVersion, judgement, next, at: nowMs, transition }),
        ]);
        const { verdict, moderator, note } = decision;
        await learn(transaction, [{ assetId: row.assetId, verdict, origin: 'moderator', by: moderator, note }]);
        Object.assign(row, { decidedBy: decision.moderator, decidedAt: new Date(nowMs) });
        await advance(transaction, row, step.review);
        if (transition === 'late_block') await hurryAfter(transaction, [row.assetId], nowMs);
        return { kind: 'decided', revision: next.revision, served: next.served, ...next.reconciliation };
      }),
    );
  }
}

const locked = (transaction: EntityManager, id: string): Promise<ReviewEntity | null> =>
  transaction.findOne(ReviewEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });

const factsOf = (row: ReviewEntity): Review => ({
  state: row.state,
  claimedBy: row.claimedBy,
  claimExpiresAtMs: row.claimExpiresAt?.getTime() ?? null,
});

function advance(transaction: EntityManager, row: ReviewEntity, review: Review): Promise<ReviewEntity> {
  row.state = review.state;
  row.claimedBy = review.claimedBy;
  row.claimExpiresAt = review.claimExpiresAtMs === null ? null : new Date(review.claimExpiresAtMs);
  row.revision += 1;
  return transaction.save(row);
}

const LIST = `
  SELECT r.id, r.asset_id AS "assetId", r.client_id AS "clientId", r.state, r.disagreement, r.margin, r.revision,
    r.claimed_by AS "claimedBy", r.claim_expires_at AS "claimExpiresAt", r.opened_at AS "openedAt",
    r.decided_by AS "decidedBy", r.decided_at AS "decidedAt", a.transition, a.served
  FROM review r JOIN asset a ON a.id = r.asset_id
  WHERE r.state IN ('open', 'claimed') AND ($2::boolean IS NULL OR
    (NOT r.disagreement, r.margin, r.opened_at, r.id) > (NOT $2::boolean, $3::real, $4::timestamptz, $5::uuid))
    AND ($6::boolean IS NULL OR (r.state = 'claimed' AND r.claim_expires_at > $7::timestamptz) = $6::boolean)
  ORDER BY NOT r.disagreement, r.margin, r.opened_at, r.id
  LIMIT $1`;

const DECIDE = `
  WITH d AS (
    SELECT *, to_timestamp(at / 1000.0) AS decided_at FROM jsonb_to_record($1::jsonb) AS x (
      "assetId" uuid, verdict text, "policyLabel" text, note text, moderator text, "policyVersion" integer,
      judgement jsonb, next jsonb, at float8, transition text)
  ), the_decisions AS (
    INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, supersedes, actor,
      policy_label, note, decided_at)
    SELECT "assetId", (next ->> 'revision')::integer, 'final', verdict, NULL, judgement ->> 'source',
      judgement -> 'reasons', "policyVersion", (next ->> 'supersedes')::integer, moderator, "policyLabel", note, decided_at
    FROM d
    RETURNING *
  ), the_changes AS (
    SELECT "assetId" AS asset_id, (next ->> 'served')::boolean AS served, transition,
      (next #>> '{reconciliation,exposureMs}')::float8::bigint AS exposure_ms
    FROM d
  ), ${THE_EVENTS}, the_reconciliation AS (
    INSERT INTO reconciliation (asset_id, revision, transition, exposure_ms, wrongful_hold_ms, reconciled_at)
    SELECT "assetId", (next ->> 'revision')::integer, transition,
      (next #>> '{reconciliation,exposureMs}')::float8::bigint, (next #>> '{reconciliation,wrongfulHoldMs}')::float8::bigint,
      decided_at
    FROM d
  ), the_letters AS (
    UPDATE dead_letter l SET closed_at = decided_at, closed_by = moderator, closed_how = 'settled'
    FROM d WHERE l.asset_id = d."assetId" AND l.closed_at IS NULL
  )
  UPDATE asset a SET revisions = (next ->> 'revision')::integer, standing_revision = (next ->> 'revision')::integer,
    stage = 'final', verdict = d.verdict, served = (next ->> 'served')::boolean, transition = d.transition
  FROM d WHERE a.id = d."assetId"`;
