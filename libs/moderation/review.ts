import type { ReviewState } from './words.js';

/** A human's case on one asset, as far as its transitions need to know it. Times in epoch milliseconds. */
export interface Review {
  readonly state: ReviewState;
  readonly claimedBy: string | null;
  readonly claimExpiresAtMs: number | null;
}

export type ReviewRefusal = 'already_decided' | 'claimed_by_other' | 'not_claimed';

export type ReviewStep =
  { readonly kind: 'next'; readonly review: Review } | { readonly kind: 'refused'; readonly why: ReviewRefusal };

const held = (review: Review, nowMs: number): boolean =>
  review.state === 'claimed' && review.claimExpiresAtMs !== null && review.claimExpiresAtMs > nowMs;

/** Takes the case, or renews one's own claim; another's running claim refuses. */
export function claimReview(review: Review, moderator: string, nowMs: number, leaseMs: number): ReviewStep {
  if (review.state === 'decided') return { kind: 'refused', why: 'already_decided' };
  if (held(review, nowMs) && review.claimedBy !== moderator) return { kind: 'refused', why: 'claimed_by_other' };
  return { kind: 'next', review: { state: 'claimed', claimedBy: moderator, claimExpiresAtMs: nowMs + leaseMs } };
}

/** Ends the case. Only the holder of a running claim may, so that nobody decides what another is looking at. */
export function decideReview(review: Review, moderator: string, nowMs: number): ReviewStep {
  if (review.state === 'decided') return { kind: 'refused', why: 'already_decided' };
  if (!held(review, nowMs)) return { kind: 'refused', why: 'not_claimed' };
  if (review.claimedBy !== moderator) return { kind: 'refused', why: 'claimed_by_other' };
  return { kind: 'next', review: { state: 'decided', claimedBy: moderator, claimExpiresAtMs: null } };
}
