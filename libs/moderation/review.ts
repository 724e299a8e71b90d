import { askedBy, countsTurns, isOvertaken, type Asked, type Asking } from './review-turn.js';
import type { ReviewState } from './words.js';

/** A human's case on one asset, as far as its transitions need to know it. Times in epoch milliseconds. */
export interface Review extends Asked {
  readonly state: ReviewState;
  readonly claimedBy: string | null;
  /** The tab that they hold it in; null: none, as programs have it. */
  readonly claimedIn: string | null;
  readonly claimExpiresAtMs: number | null;
  /** It is put off until then. */
  readonly heldUntilMs: number | null;
  readonly heldBy: string | null;
  /** It waits for a senior. */
  readonly escalatedBy: string | null;
  /** It is theirs alone, but for seniors. */
  readonly assignedTo: string | null;
}

/** Who does something with a case. Seniors, and admins, may do what others cannot. */
export interface Reviewer extends Asking {
  readonly name: string;
  readonly senior: boolean;
}

/** What a person does with a case before it is decided. `anyTab`: one's own claim is taken over from another tab. */
export type CaseMove =
  | { readonly did: 'claim'; readonly leaseMs: number; readonly anyTab?: boolean }
  | { readonly did: 'renew'; readonly leaseMs: number }
  | { readonly did: 'release' | 'skip' | 'escalate' | 'return' }
  | { readonly did: 'hold'; readonly untilMs: number }
  | { readonly did: 'assign'; readonly to: Reviewer };

export type ReviewRefusal =
  | 'already_decided'
  | 'withdrawn'
  | 'claimed_by_other'
  | 'claimed_in_other_tab'
  | 'not_claimed'
  | 'assigned_to_other'
  | 'escalated'
  | 'held';

interface Next {
  readonly kind: 'next';
  readonly review: Review;
}
export type ReviewStep = Next | { readonly kind: 'refused'; readonly why: ReviewRefusal };
/** `overtaken`: the tab that asks has claimed the case, or given it back, since. */
export type MoveStep = Next | { readonly kind: 'refused'; readonly why: ReviewRefusal | 'overtaken' };

/** Whether somebody's claim runs. */
export const isClaimed = ({ state, claimExpiresAtMs }: Review, nowMs: number): boolean =>
  state === 'claimed' && claimExpiresAtMs !== null && claimExpiresAtMs > nowMs;

/** Whether a case is put off. */
export const isHeld = ({ heldUntilMs }: Review, nowMs: number): boolean => heldUntilMs !== null && heldUntilMs > nowMs;

/**
 * What a person's move makes of a case, or why they may not. Another's running claim stands against every move. A tab that
 * gives back what is free is done with it: a claim that it asked for before, and that comes later, is refused.
 */
export function moveReview(review: Review, move: CaseMove, who: Reviewer, nowMs: number): MoveStep {
  const why = againstMove(review, move, who, nowMs);
  const isFree = why === 'not_claimed' && move.did === 'release' && countsTurns(who);
  if (why !== undefined && !isFree) return { kind: 'refused', why };
  if (move.did !== 'claim' && move.did !== 'release') return next(afterMove(review, move, who, nowMs));
  if (isOvertaken(review, who)) return { kind: 'refused', why: 'overtaken' };
  return next(askedBy(isFree ? review : afterMove(review, move, who, nowMs), who));
}

/** Ends the case. Only the holder of a running claim may, so that nobody decides what another is looking at. */
export function decideReview(review: Review, who: Reviewer, nowMs: number): ReviewStep {
  const why = againstHolding(review, who, nowMs) ?? againstEscalated(review, who);
  if (why !== undefined) return { kind: 'refused', why };
  return next({ ...unheld(review), state: 'decided', claimedBy: who.name });
}

/** Decides a case that is one of many, for which nobody claims each: what another holds, or is kept apart, is refused. */
export function decideUnclaimed(review: Review, who: Reviewer, nowMs: number): ReviewStep {
  const why = againstTaking(review, who, nowMs);
  if (why !== undefined) return { kind: 'refused', why };
  return next({ ...unheld(review), state: 'decided', claimedBy: who.name });
}

/**
 * Opens a case whose decision was taken back: what was left to a senior, or given to somebody, is so again.
 *
 * @param leaseMs for how long whoever did holds it; null: not at all
 */
export function reopenReview(review: Review, who: Reviewer, nowMs: number, leaseMs: number | null): Review {
  const open: Review = { ...unheld(review), state: 'open' };
  if (leaseMs === null) return open;
  return { ...open, ...claimOf(who, nowMs + leaseMs), state: 'claimed' };
}

const next = (review: Review): Next => ({ kind: 'next', review });

const claimOf = ({ name, tab }: Reviewer, claimExpiresAtMs: number) => ({
  claimedBy: name,
  claimedIn: tab ?? null,
  claimExpiresAtMs,
});

/** Without claim and hold. */
const unheld = (review: Review): Review => ({
  ...review,
  claimedBy: null,
  claimedIn: null,
  claimExpiresAtMs: null,
  heldUntilMs: null,
  heldBy: null,
});

/** Without claim and without anything that keeps it from others. */
const freed = (review: Review): Review => ({ ...unheld(review), escalatedBy: null, assignedTo: null });

function againstMove(review: Review, move: CaseMove, who: Reviewer, nowMs: number): ReviewRefusal | undefined {
  switch (move.did) {
    case 'renew':
    case 'release':
      return againstHolding(review, who, nowMs);
    case 'assign':
      return againstTaking(review, who, nowMs) ?? againstEscalated(review, move.to);
    case 'claim':
      return againstTaking(review, who, nowMs, move.anyTab);
    case 'return':
    case 'skip':
    case 'hold':
    case 'escalate':
      return againstTaking(review, who, nowMs);
  }
}

function afterMove(review: Review, move: CaseMove, who: Reviewer, nowMs: number): Review {
  const { name } = who;
  const open: Review = { ...review, state: 'open', claimedBy: null, claimedIn: null, claimExpiresAtMs: null };
  switch (move.did) {
    case 'claim':
    case 'renew':
      return { ...review, ...claimOf(who, nowMs + move.leaseMs), state: 'claimed', heldUntilMs: null, heldBy: null };
    case 'release':
    case 'skip':
      return open;
    case 'hold':
      return { ...open, heldUntilMs: move.untilMs, heldBy: name };
    case 'escalate':
      return { ...freed(open), escalatedBy: name };
    case 'assign':
      return { ...freed(open), escalatedBy: review.escalatedBy, assignedTo: move.to.name };
    case 'return':
      return freed(open);
  }
}

/** Withdrawn: a machine's later final left nothing to decide. */
function againstEnded({ state }: Review): 'already_decided' | 'withdrawn' | undefined {
  if (state === 'decided') return 'already_decided';
  return state === 'withdrawn' ? 'withdrawn' : undefined;
}

/** What stands against whoever would do something that the holder of a running claim alone may. */
function againstHolding(review: Review, who: Reviewer, nowMs: number): ReviewRefusal | undefined {
  const over = againstEnded(review);
  if (over !== undefined) return over;
  return isClaimed(review, nowMs) ? againstClaim(review, who) : 'not_claimed';
}

/** What a running claim has against whoever asks: it is another's, or of another tab of theirs. */
function againstClaim(
  { claimedBy, claimedIn }: Review,
  { name, tab }: Reviewer,
  anyTab = false,
): 'claimed_by_other' | 'claimed_in_other_tab' | undefined {
  if (claimedBy !== name) return 'claimed_by_other';
  return anyTab || claimedIn === (tab ?? null) ? undefined : 'claimed_in_other_tab';
}

/** What stands against whoever would take a case, or put it elsewhere: that it is another's, or kept from them. */
function againstTaking(review: Review, who: Reviewer, nowMs: number, anyTab?: boolean): ReviewRefusal | undefined {
  const over = againstEnded(review);
  if (over !== undefined) return over;
  const claimed = isClaimed(review, nowMs) ? againstClaim(review, who, anyTab) : undefined;
  if (claimed !== undefined) return claimed;
  const escalated = againstEscalated(review, who);
  if (escalated !== undefined || who.senior) return escalated;
  if (review.assignedTo !== null && review.assignedTo !== who.name) return 'assigned_to_other';
  return isHeld(review, nowMs) && review.heldBy !== who.name ? 'held' : undefined;
}

const againstEscalated = ({ escalatedBy }: Review, { senior }: Reviewer): 'escalated' | undefined =>
  escalatedBy !== null && !senior ? 'escalated' : undefined;
