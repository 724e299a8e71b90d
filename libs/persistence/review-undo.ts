import type { EntityManager } from 'typeorm';

import type { BankHit } from '#moderation/banks/bank.js';
import type { Judgement } from '#moderation/judge.js';
import type { Reconciliation } from '#moderation/reconcile.js';
import { reopenReview, type Reviewer } from '#moderation/review.js';
import { undoDecision } from '#moderation/undo.js';
import type { Transition, Verdict } from '#moderation/words.js';

import { takeTurns } from './bank-lessons.js';
import { ownClockFaultMs } from './clocks.js';
import { ReviewEntity } from './entities/review.entity.js';
import { decisionsOf } from './final-store.js';
import { holdsEnough } from './review-claims.js';
import { unteach, type DecisionKey } from './review-lessons.js';
import { advance, factsOf, recordSteps } from './review-row.js';
import { writeRevisions, type PersonsRevision } from './review-statement.js';

/** Who takes decisions back, when by their process' clock, and why. */
export interface Undoing {
  readonly who: Reviewer;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly note: string | null;
  /** For how long whoever does holds the cases, unless they hold as many as may be; null: not at all. */
  readonly leaseMs: number | null;
}

/**
 * Why a decision is not taken back: `unknown`; `not_human`: nobody's that has a case; `not_own`: another's, and the caller is
 * no senior; `decided_since`: another is in force by now, also where it was taken back already; `erased`: its asset is gone.
 */
export type UndoRefusal = 'unknown' | 'not_human' | 'not_own' | 'decided_since' | 'erased';

/** What became of a decision that was to be taken back. */
export type Undone =
  | { readonly kind: 'refused'; readonly why: UndoRefusal }
  | {
      readonly kind: 'undone';
      readonly assetId: string;
      readonly review: ReviewEntity;
      readonly revision: number;
      readonly verdict: Verdict;
      readonly transition: Transition;
      readonly served: boolean;
    };

interface Standing extends DecisionKey {
  readonly actor: string | null;
  readonly erased: boolean;
}

interface Former extends DecisionKey {
  readonly judgement: Judgement;
  readonly policyVersion: number;
  readonly modelId: string | null;
  readonly match: BankHit | null;
}

/**
 * Takes human decisions on different assets back: a new revision says again what stood before, what they taught the banks
 * and the dead letters they settled are as they were, and their cases are open again.
 *
 * @returns what became of each, in their order
 */
export async function undoDecisions(
  transaction: EntityManager,
  decisions: readonly DecisionKey[],
  undoing: Undoing,
): Promise<Undone[]> {
  const found = await held(transaction, decisions);
  const nowMs = undoing.atMs + (await ownClockFaultMs(transaction));
  const undone: Undone[] = [];
  for (const key of decisions) {
    const standing = found.get(nameOf(key));
    const why = standing === undefined ? 'unknown' : against(standing, undoing.who);
    undone.push(
      why !== undefined || standing === undefined
        ? { kind: 'refused', why: why ?? 'unknown' }
        : await undoOne(transaction, standing, undoing, nowMs),
    );
  }
  return undone;
}

/** The decisions that there are, with their assets held. */
async function held(transaction: EntityManager, decisions: readonly DecisionKey[]): Promise<Map<string, Standing>> {
  const ids = decisions.map(({ assetId }) => assetId);
  await transaction.query(`SELECT 1 FROM asset WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE`, [ids]);
  // of all at once, in the order of their keys: so nobody waits in a circle
  await takeTurns(transaction, ids);
  const rows = await transaction.query<Standing[]>(FIND, [JSON.stringify(decisions)]);
  return new Map(rows.map((row) => [nameOf(row), row]));
}

const nameOf = ({ assetId, revision }: DecisionKey): string => `${assetId}.${revision}`;

function against({ actor, erased }: Standing, { name, senior }: Reviewer): UndoRefusal | undefined {
  if (erased) return 'erased';
  if (actor === null) return 'not_human';
  return actor === name || senior ? undefined : 'not_own';
}

async function undoOne(
  transaction: EntityManager,
  { assetId, revision }: Standing,
  { who, note, leaseMs }: Undoing,
  nowMs: number,
): Promise<Undone> {
  const history = (await decisionsOf(transaction, [assetId])).get(assetId) ?? [];
  const undo = undoDecision(history, revision, nowMs);
  if (undo.kind === 'refused') return undo;
  const review = await transaction.findOne(ReviewEntity, {
    where: { assetId, state: 'decided' },
    order: { decidedAt: 'DESC' },
    lock: { mode: 'pessimistic_write' },
  });
  const [former] = await transaction.query<Former[]>(FORMER, [assetId, undo.former]);
  if (review === null || former === undefined) return { kind: 'refused', why: 'not_human' };
  const again: PersonsRevision = {
    ...former,
    at: nowMs,
    next: undo.next,
    actor: who.name,
    note,
    policyLabel: null,
    cause: 'undo',
  };
  await writeRevisions(transaction, [again]);
  await unteach(transaction, [{ assetId, revision }], who.name);
  await transaction.query(REOPEN_LETTERS, [assetId, revision]);
  const { verdict, served, reconciliation } = undo.next;
  if (reconciliation === null) throw new Error('what takes a decision back comes into force');
  Object.assign(review, { decidedBy: null, decidedAt: null, ...exposureAfter(review, reconciliation) });
  const isTaken = leaseMs !== null && !(await holdsEnough(transaction, who.name, review.id, nowMs));
  const open = reopenReview(factsOf(review), who, nowMs, isTaken ? leaseMs : null);
  await advance(transaction, review, open);
  await recordSteps(transaction, [
    { reviewId: review.id, did: 'undo', actor: who.name, atMs: nowMs, note, untilMs: open.claimExpiresAtMs },
  ]);
  return { kind: 'undone', assetId, review, revision: undo.next.revision, verdict, served, ...reconciliation };
}

/** A late block's exposure is as long as it was served: with the time that the slip served it, without that it withheld it. */
function exposureAfter(
  { change, exposureMs, servedSince }: ReviewEntity,
  { transition, exposureMs: servedMs, wrongfulHoldMs }: Reconciliation,
): Partial<ReviewEntity> {
  if (change !== 'late_block') return {};
  if (servedSince !== null) return { servedSince: new Date(servedSince.getTime() + (wrongfulHoldMs ?? 0)) };
  return transition === 'late_block' ? { exposureMs: exposureMs + (servedMs ?? 0) } : {};
}

const FIND = `
  SELECT d.asset_id AS "assetId", d.revision, CASE WHEN d.source = 'moderator' AND d.cause IS NULL THEN d.actor END AS actor,
    a.erased_at IS NOT NULL AS erased
  FROM jsonb_to_recordset($1::jsonb) AS k ("assetId" uuid, revision integer)
  JOIN decision d ON d.asset_id = k."assetId" AND d.revision = k.revision
  JOIN asset a ON a.id = d.asset_id`;

const FORMER = `
  SELECT asset_id AS "assetId", revision, policy_version AS "policyVersion", model_id AS "modelId", bank_match AS match,
    jsonb_build_object('verdict', verdict, 'band', band, 'source', source, 'reasons', reasons) AS judgement
  FROM decision WHERE asset_id = $1 AND revision = $2`;

/** The dead letters that the decision settled. */
const REOPEN_LETTERS = `
  UPDATE dead_letter SET closed_at = NULL, closed_by = NULL, closed_how = NULL
  WHERE asset_id = $1 AND closed_how = 'settled'
    AND closed_at = (SELECT decided_at FROM decision WHERE asset_id = $1 AND revision = $2)`;
