import type { DataSource, EntityManager } from 'typeorm';

import { isClaimed, moveReview, type CaseMove, type Reviewer, type ReviewRefusal } from '#moderation/review.js';
import type { CaseStep } from '#moderation/words.js';

import { ownClockFaultMs } from './clocks.js';
import type { ReviewEntity } from './entities/review.entity.js';
import { withDatabase } from './errors.js';
import { holdsEnough } from './review-claims.js';
import { decideCases, type HumanDecision } from './review-decisions.js';
import type { Claim, Moved, Outcome } from './review-outcome.js';
import { headOf, type QueueFilter } from './review-queue.js';
import { advance, factsOf, lockAssetsOf, lockReview, noteAsked, recordSteps } from './review-row.js';

/** Who moves a case, when by their process' clock, and why. */
export interface Moving {
  readonly who: Reviewer;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly note?: string | null | undefined;
}

/** Moderators' cases. Every step locks the row, asks the core, and writes what the core says. */
export class ReviewStore {
  constructor(private readonly database: DataSource) {}

  /** Takes a case for `leaseMs`, or renews one's own claim. @param anyTab also one of another tab */
  async claim(id: string, who: Reviewer, atMs: number, leaseMs: number, anyTab = false): Promise<Claim> {
    const moved = await this.move(id, { did: 'claim', leaseMs, anyTab }, { who, atMs });
    return moved.kind === 'refused' ? moved : { kind: 'claimed', review: moved.review };
  }

  /** Does with a case what the core lets this person do with it, and writes that into its history. */
  move(id: string, move: CaseMove, moving: Moving): Promise<Moved> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<Moved> => {
        const row = await lockReview(transaction, id);
        if (row === null) return { kind: 'refused', why: 'unknown' };
        return moveLocked(transaction, row, move, moving);
      }),
    );
  }

  /**
   * Takes the first case of a part of the queue that nobody else is just taking; for each moderator those behind that they
   * have put back. @returns undefined when there is none
   */
  next(filter: QueueFilter, leaseMs: number, { atMs, who: { name, senior, tab } }: Moving): Promise<Claim | undefined> {
    // whichever case it is to be: no tab has asked for this one by name
    const moving = { atMs, who: { name, senior, tab } };
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<Claim | undefined> => {
        const nowMs = moving.atMs + (await ownClockFaultMs(transaction));
        const id = await headOf(transaction, filter, { who: moving.who, nowMs });
        const row = id === undefined ? null : await lockReview(transaction, id);
        if (row === null) return undefined;
        const moved = await moveLocked(transaction, row, { did: 'claim', leaseMs }, moving);
        if (moved.kind === 'moved') return { kind: 'claimed', review: moved.review };
        if (moved.why === 'too_many_claims') return moved;
        throw new Error(`the head of the queue is not to be claimed: ${moved.why}`);
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
        await lockAssetsOf(transaction, [id]);
        const row = await lockReview(transaction, id);
        if (row === null) return { kind: 'refused', why: 'unknown' };
        const choice = { row, expectedRevision: decision.expectedRevision };
        const [outcome] = await decideCases(transaction, [choice], { ...decision, policyVersion, atMs, claimed: true });
        if (outcome === undefined) throw new Error('a case that is decided on has an outcome');
        return outcome;
      }),
    );
  }
}

async function moveLocked(
  transaction: EntityManager,
  row: ReviewEntity,
  move: CaseMove,
  { who, atMs, note }: Moving,
): Promise<Moved> {
  const nowMs = atMs + (await ownClockFaultMs(transaction));
  const facts = factsOf(row);
  const step = moveReview(facts, move, who, nowMs);
  if (step.kind === 'refused') return refusedAt(row, step.why);
  const isHeld = isClaimed(facts, nowMs);
  if (move.did === 'release' && !isHeld)
    return { kind: 'moved', review: await noteAsked(transaction, row, step.review) };
  if (move.did === 'claim' && !isHeld && (await holdsEnough(transaction, who.name, row.id, nowMs))) {
    return { kind: 'refused', why: 'too_many_claims' };
  }
  const renewed = move.did === 'renew' || (move.did === 'claim' && isHeld);
  const review = await advance(transaction, row, step.review);
  if (move.did === 'skip') await transaction.query(SKIP, [who.name, row.id, new Date(nowMs)]);
  const did = stepOf(move);
  if (did !== undefined && !renewed) {
    const until = { claim: step.review.claimExpiresAtMs, hold: step.review.heldUntilMs };
    const untilMs = did === 'claim' || did === 'hold' ? until[did] : null;
    const assignee = move.did === 'assign' ? move.to.name : null;
    await recordSteps(transaction, [{ reviewId: row.id, did, actor: who.name, atMs: nowMs, note, assignee, untilMs }]);
  }
  return { kind: 'moved', review };
}

const refusedAt = (review: ReviewEntity, why: ReviewRefusal | 'overtaken'): Moved =>
  why === 'overtaken' ? { kind: 'refused', why } : { kind: 'refused', why, review };

const stepOf = ({ did }: CaseMove): CaseStep | undefined => (did === 'renew' ? undefined : did);

const SKIP = `
  INSERT INTO review_skip (moderator, review_id, at) VALUES ($1, $2, $3)
  ON CONFLICT (moderator, review_id) DO UPDATE SET at = excluded.at`;
