import type { EntityManager } from 'typeorm';

import type { Review } from '#moderation/review.js';
import type { CaseStep } from '#moderation/words.js';

import { ReviewEntity } from './entities/review.entity.js';

/** What somebody did with a case, for its history. */
export interface StepTaken {
  readonly reviewId: string;
  readonly did: CaseStep;
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly note?: string | null | undefined;
  readonly assignee?: string | null | undefined;
  readonly untilMs?: number | null | undefined;
}

/** A case whose row is held until the transaction ends; null: there is none. @throws the driver's error */
export const lockReview = (transaction: EntityManager, id: string): Promise<ReviewEntity | null> =>
  transaction.findOne(ReviewEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });

/**
 * Holds the assets of some cases, in the order of their ids: to be called before the cases are, as a machine's final takes
 * them, so that neither waits for the other in a circle. @throws the driver's error
 */
export async function lockAssetsOf(transaction: EntityManager, reviewIds: readonly string[]): Promise<void> {
  await transaction.query(
    `SELECT 1 FROM asset WHERE id IN (SELECT asset_id FROM review WHERE id = ANY ($1::uuid[])) ORDER BY id FOR UPDATE`,
    [reviewIds],
  );
}

/** What the core needs to know of a case. */
export const factsOf = (row: ReviewEntity): Review => ({
  state: row.state,
  claimedBy: row.claimedBy,
  claimedIn: row.claimedIn,
  claimExpiresAtMs: row.claimExpiresAt?.getTime() ?? null,
  askedIn: row.askedIn,
  askedTurn: row.askedTurn,
  heldUntilMs: row.heldUntil?.getTime() ?? null,
  heldBy: row.heldBy,
  escalatedBy: row.escalatedBy,
  assignedTo: row.assignedTo,
});

/** Writes what the core made of a case that is held. @throws the driver's error */
export function advance(transaction: EntityManager, row: ReviewEntity, review: Review): Promise<ReviewEntity> {
  row.state = review.state;
  row.claimedBy = review.claimedBy;
  row.claimedIn = review.claimedIn;
  row.claimExpiresAt = dateOf(review.claimExpiresAtMs);
  row.askedIn = review.askedIn;
  row.askedTurn = review.askedTurn;
  row.heldUntil = dateOf(review.heldUntilMs);
  row.heldBy = review.heldUntilMs === null ? null : review.heldBy;
  row.escalatedBy = review.escalatedBy;
  row.assignedTo = review.assignedTo;
  row.revision += 1;
  return transaction.save(row);
}

/**
 * Writes what a tab has asked last of a case that is held, and that is as it was: it is at the same revision.
 *
 * @throws the driver's error
 */
export async function noteAsked(transaction: EntityManager, row: ReviewEntity, review: Review): Promise<ReviewEntity> {
  const { askedIn, askedTurn } = review;
  await transaction.update(ReviewEntity, { id: row.id }, { askedIn, askedTurn });
  return Object.assign(row, { askedIn, askedTurn });
}

/** Writes steps into the histories of their cases. @throws the driver's error */
export async function recordSteps(transaction: EntityManager, steps: readonly StepTaken[]): Promise<void> {
  if (steps.length > 0) await transaction.query(RECORD, [JSON.stringify(steps)]);
}

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const RECORD = `
  INSERT INTO review_step (review_id, at, actor, did, note, assignee, until)
  SELECT "reviewId", to_timestamp("atMs" / 1000.0), actor, did, note, assignee, to_timestamp("untilMs" / 1000.0)
  FROM jsonb_to_recordset($1::jsonb) AS x (
    "reviewId" uuid, "atMs" float8, actor text, did text, note text, assignee text, "untilMs" float8)`;
