import type { ReviewState } from './words.js';

/** A human's case on one asset, as far as its transitions need to know it. Times in epoch milliseconds. */
export interface Review {
  readonly state: ReviewState;
  readonly claimedBy: string | null;
  readonly claimExpiresAtMs: number | null;
}

export type ReviewRefusal = 'already_decided' | 'withdrawn' | 'claimed_by_other' | 'not_claimed';

export type ReviewStep =
  { readonly kind: 'next'; readonly review: Review } | { readonly kind: 'refused'; readonly why: ReviewRefusal };

/** Withdrawn: a machine's later final left nothing to decide. */
function ended({ state }: Review): 'already_decided' | 'withdrawn' | undefined {
  if (state === 'decided') return 'already_decided';
  return state === 'withdrawn' ? 'withdrawn' : undefined;
}

const held = (review: Review, nowMs: number): boolean =>
  review.state === 'claimed' && review.claimExpiresAtMs !== null && review.claimExpiresAtMs > nowMs;

/** Takes the case, or renews one's own claim; another's running claim refuses. */
export function claimReview(review: Review, moderator: string, nowMs: number, leaseMs: number): ReviewStep {
  const over = ended(review);
  if (over !== undefined) return { kind: 'refused', why: over };
  if (held(review, nowMs) && review.claimedBy !== moderator) return { kind: 'refused', why: 'claimed_by_other' };
  return { kind: 'next', review: { state: 'claimed', claimedBy: moderator, claimExpiresAtMs: nowMs + leaseMs } };
}

/** Ends the case. Only the holder of a running claim may, so that nobody decides what another is looking at. */
export function decideReview(review: Review, moderator: string, nowMs: number): ReviewStep {
  const over = ended(review);
  if (over !== undefined) return { kind: 'refused', why: over };
  if (!held(review, nowMs)) return { kind: 'refused', why: 'not_claimed' };
  if (review.claimedBy !== moderator) return { kind: 'refused', why: 'claimed_by_other' };
  return { kind: 'next', review: { state: 'decided', claimedBy: moderator, claimExpiresAtMs: null } };
}
