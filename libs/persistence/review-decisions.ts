import type { EntityManager } from 'typeorm';

import { supersede } from '#moderation/history.js';
import type { Judgement } from '#moderation/judge.js';
import type { Finding } from '#moderation/label.js';
import { decideReview, decideUnclaimed, type Review } from '#moderation/review.js';
import type { ReasonedDecision } from '#moderation/transition-rules.js';
import type { ProvisionalVerdict } from '#moderation/words.js';

import { ownClockFaultMs } from './clocks.js';
import type { ReviewEntity } from './entities/review.entity.js';
import { decisionsOf } from './final-store.js';
import { hurryAfter } from './hurry-store.js';
import { teach } from './review-lessons.js';
import type { Outcome, Refusal } from './review-outcome.js';
import { advance, factsOf, recordSteps } from './review-row.js';
import { writeRevisions, type PersonsRevision } from './review-statement.js';

/** What a moderator decides. */
export interface HumanDecision {
  readonly verdict: ProvisionalVerdict;
  readonly policyLabel: Finding | null;
  readonly note: string;
  readonly moderator: string;
  /** May decide what was escalated; left out: may not. */
  readonly senior?: boolean | undefined;
  /** Of theirs, the tab that they hold the case in; left out: none. */
  readonly tab?: string | undefined;
  /** The newest revision of the asset that was looked at; left out: whatever it is. */
  readonly expectedRevision?: number | undefined;
}

/** A case whose row and asset are held, and what was looked at of it. */
export interface CaseChoice {
  readonly row: ReviewEntity;
  readonly expectedRevision?: number | undefined;
}

export interface Deciding extends Omit<HumanDecision, 'expectedRevision'> {
  readonly policyVersion: number;
  /** Epoch milliseconds by this process' clock. */
  readonly atMs: number;
  /** Whoever decides must hold each case; else nobody else may. */
  readonly claimed: boolean;
}

interface Decided {
  readonly kind: 'ready';
  readonly row: ReviewEntity;
  readonly review: Review;
  readonly revision: PersonsRevision;
}

/**
 * Decides cases of different assets as one person's same decision, in the order that they come in: what the core lets,
 * with all that follows, in a few statements whatever their number.
 *
 * @returns the outcome of each
 */
export async function decideCases(
  transaction: EntityManager,
  choices: readonly CaseChoice[],
  deciding: Deciding,
): Promise<Outcome[]> {
  const nowMs = deciding.atMs + (await ownClockFaultMs(transaction));
  const histories = await decisionsOf(
    transaction,
    choices.map(({ row }) => row.assetId),
  );
  const steps = choices.map((choice) => decideOne(choice, histories.get(choice.row.assetId) ?? [], deciding, nowMs));
  await write(
    transaction,
    steps.filter((step) => step.kind === 'ready'),
    deciding,
    nowMs,
  );
  return steps.map((step): Outcome => (step.kind === 'ready' ? outcomeOf(step) : step));
}

/** What a decision would do to a case; nothing is written. @param nowMs epoch milliseconds by the database's clock */
export function decideOne(
  { row, expectedRevision }: CaseChoice,
  history: readonly ReasonedDecision[],
  deciding: Deciding,
  nowMs: number,
): Decided | Refusal {
  const who = { name: deciding.moderator, senior: deciding.senior === true, tab: deciding.tab };
  const step = deciding.claimed ? decideReview(factsOf(row), who, nowMs) : decideUnclaimed(factsOf(row), who, nowMs);
  if (step.kind === 'refused') return { ...step, review: row };
  const newest = history.at(-1)?.revision ?? 0;
  if (expectedRevision !== undefined && expectedRevision !== newest) {
    return { kind: 'refused', why: 'revision_changed', review: row, revision: newest };
  }
  const judgement = judgementOf(deciding);
  return {
    kind: 'ready',
    row,
    review: step.review,
    revision: {
      assetId: row.assetId,
      at: nowMs,
      judgement,
      next: supersede(history, judgement, nowMs),
      policyVersion: deciding.policyVersion,
      actor: deciding.moderator,
      note: deciding.note,
      policyLabel: deciding.policyLabel,
      modelId: null,
      match: null,
      cause: null,
    },
  };
}

async function write(
  transaction: EntityManager,
  decided: readonly Decided[],
  { verdict, moderator, note }: Deciding,
  nowMs: number,
): Promise<void> {
  if (decided.length === 0) return;
  await writeRevisions(
    transaction,
    decided.map(({ revision }) => revision),
  );
  await teach(
    transaction,
    decided.map(({ revision: { assetId, next } }) => ({
      assetId,
      revision: next.revision,
      verdict,
      by: moderator,
      note,
    })),
  );
  for (const { row, review } of decided) {
    Object.assign(row, { decidedBy: moderator, decidedAt: new Date(nowMs) });
    await advance(transaction, row, review);
  }
  await recordSteps(
    transaction,
    decided.map(({ row }) => ({ reviewId: row.id, did: 'decide' as const, actor: moderator, atMs: nowMs })),
  );
  const blocked = decided.filter(({ revision }) => revision.next.reconciliation?.transition === 'late_block');
  await hurryAfter(
    transaction,
    blocked.map(({ row }) => row.assetId),
    nowMs,
  );
}

function outcomeOf({ revision: { assetId, next } }: Decided): Outcome {
  if (next.reconciliation === null) throw new Error('a human decision always comes into force');
  return { kind: 'decided', assetId, revision: next.revision, served: next.served, ...next.reconciliation };
}

const judgementOf = ({ verdict, policyLabel }: Deciding): Judgement => ({
  verdict,
  band: null,
  source: 'moderator',
  reasons: [{ code: 'decided_by_moderator', ...(policyLabel === null ? {} : { label: policyLabel }) }],
});
