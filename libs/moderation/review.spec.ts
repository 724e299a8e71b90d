import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  decideReview,
  decideUnclaimed,
  isClaimed,
  moveReview,
  reopenReview,
  type CaseMove,
  type Review,
  type Reviewer,
  type MoveStep,
  type ReviewRefusal,
  type ReviewStep,
} from './review.js';

const LEASE_MS = 100;
const ANN: Reviewer = { name: 'ann', senior: false };
const BOB: Reviewer = { name: 'bob', senior: false };
const SUE: Reviewer = { name: 'sue', senior: true };
const CLAIM: CaseMove = { did: 'claim', leaseMs: LEASE_MS };
const OPEN: Review = {
  state: 'open',
  claimedBy: null,
  claimedIn: null,
  claimExpiresAtMs: null,
  askedIn: null,
  askedTurn: null,
  heldUntilMs: null,
  heldBy: null,
  escalatedBy: null,
  assignedTo: null,
};
const claimed = (by: string, untilMs: number | null): Review => ({
  ...OPEN,
  state: 'claimed',
  claimedBy: by,
  claimExpiresAtMs: untilMs,
});
const DECIDED: Review = { ...OPEN, state: 'decided', claimedBy: 'ann' };

describe('claiming and deciding at 1000 ms', () => {
  it.each<[string, Review, 'taken' | ReviewRefusal, 'ended' | ReviewRefusal]>([
    ['an open case', OPEN, 'taken', 'not_claimed'],
    ["one's own claim", claimed('ann', 1_001), 'taken', 'ended'],
    ["one's own claim that has just run out", claimed('ann', 1_000), 'taken', 'not_claimed'],
    ["another's claim", claimed('bob', 1_001), 'claimed_by_other', 'claimed_by_other'],
    ["another's claim that has just run out", claimed('bob', 1_000), 'taken', 'not_claimed'],
    ['a claim without an end', claimed('bob', null), 'taken', 'not_claimed'],
    ['a decided case', DECIDED, 'already_decided', 'already_decided'],
    ['a case that another decided', { ...DECIDED, claimedBy: 'bob' }, 'already_decided', 'already_decided'],
    ['a withdrawn case', { ...OPEN, state: 'withdrawn' }, 'withdrawn', 'withdrawn'],
  ])('%s', (_case, review, claim, decide) => {
    const next = { kind: 'next', review: claimed('ann', 1_000 + LEASE_MS) };
    expect(moveReview(review, CLAIM, ANN, 1_000)).toEqual(claim === 'taken' ? next : { kind: 'refused', why: claim });
    const end = { kind: 'next', review: DECIDED };
    expect(decideReview(review, ANN, 1_000)).toEqual(decide === 'ended' ? end : { kind: 'refused', why: decide });
  });
});

describe('what keeps a case apart at 1000 ms', () => {
  const held: Review = { ...OPEN, heldUntilMs: 1_001, heldBy: 'bob' };
  const escalated: Review = { ...OPEN, escalatedBy: 'bob' };
  const assigned: Review = { ...OPEN, assignedTo: 'bob' };

  it.each<[string, Review, Reviewer, 'taken' | ReviewRefusal]>([
    ['a hold, for another', held, ANN, 'held'],
    ['a hold, for whoever put it off', held, BOB, 'taken'],
    ['a hold, for a senior', held, SUE, 'taken'],
    ['a hold that has just run out', { ...held, heldUntilMs: 1_000 }, ANN, 'taken'],
    ['an escalation, for a moderator', escalated, ANN, 'escalated'],
    ['an escalation, for whoever escalated', escalated, BOB, 'escalated'],
    ['an escalation, for a senior', escalated, SUE, 'taken'],
    ['an assignment, for another', assigned, ANN, 'assigned_to_other'],
    ['an assignment, for its own', assigned, BOB, 'taken'],
    ['an assignment, for a senior', assigned, SUE, 'taken'],
  ])('%s', (_case, review, who, expected) => {
    const step = moveReview(review, CLAIM, who, 1_000);
    expect(step.kind === 'next' ? 'taken' : step.why).toBe(expected);
    const many = decideUnclaimed(review, who, 1_000);
    expect(many.kind === 'next' ? 'taken' : many.why).toBe(expected);
  });

  it('is what a move says, and ends with a return', () => {
    const after = (move: CaseMove, who = ANN, review = claimed('ann', 2_000)): Review | undefined => {
      const step = moveReview(review, move, who, 1_000);
      return step.kind === 'next' ? step.review : undefined;
    };
    expect(after({ did: 'release' })).toEqual(OPEN);
    expect(after({ did: 'skip' })).toEqual(OPEN);
    expect(after({ did: 'hold', untilMs: 5_000 })).toEqual({ ...OPEN, heldUntilMs: 5_000, heldBy: 'ann' });
    expect(after({ did: 'escalate' })).toEqual({ ...OPEN, escalatedBy: 'ann' });
    expect(after({ did: 'assign', to: BOB })).toEqual({ ...OPEN, assignedTo: 'bob' });
    expect(after({ did: 'return' }, SUE, { ...escalated, assignedTo: 'sue' })).toEqual(OPEN);
    expect(after({ did: 'renew', leaseMs: LEASE_MS })).toEqual(claimed('ann', 1_100));
  });

  it('refuses to give what was escalated to whoever is no senior', () => {
    expect(moveReview(escalated, { did: 'assign', to: ANN }, SUE, 1_000)).toEqual({
      kind: 'refused',
      why: 'escalated',
    });
    expect(moveReview(escalated, { did: 'assign', to: SUE }, SUE, 1_000)).toMatchObject({ kind: 'next' });
  });

  it('is a senior’s, or somebody’s, again once a decision is taken back', () => {
    const alone = (review: Review): ReviewStep =>
      decideReview({ ...review, state: 'claimed', claimedBy: 'sue', claimExpiresAtMs: 2_000 }, SUE, 1_000);
    const ofMany = (review: Review): ReviewStep => decideUnclaimed(review, SUE, 1_000);
    for (const decide of [alone, ofMany]) {
      for (const review of [escalated, assigned]) {
        const step = decide(review);
        if (step.kind === 'refused') throw new Error(step.why);
        expect(reopenReview(step.review, SUE, 1_000, null)).toEqual(review);
      }
    }
  });

  it('keeps whoever was demoted meanwhile from deciding what was escalated', () => {
    const theirs = { ...claimed('sue', 2_000), escalatedBy: 'bob' };
    expect(decideReview(theirs, { ...SUE, senior: false }, 1_000)).toEqual({ kind: 'refused', why: 'escalated' });
    expect(decideReview(theirs, SUE, 1_000)).toMatchObject({ kind: 'next' });
  });
});

describe('a case in the hands of several people', () => {
  type Many = { readonly did: 'decideMany' };
  const other = (review: Review, move: CaseMove | Many, who: Reviewer, nowMs: number): MoveStep =>
    move.did === 'decideMany' ? decideUnclaimed(review, who, nowMs) : moveReview(review, move, who, nowMs);
  const move: fc.Arbitrary<CaseMove | Many | { readonly did: 'decide' } | { readonly did: 'undo' }> = fc.oneof(
    fc.constantFrom<CaseMove>(CLAIM, { did: 'renew', leaseMs: LEASE_MS }, { did: 'release' }, { did: 'skip' }),
    fc.constantFrom<CaseMove>(
      { did: 'escalate' },
      { did: 'return' },
      { did: 'assign', to: BOB },
      { did: 'assign', to: SUE },
    ),
    fc.constant<CaseMove>({ did: 'hold', untilMs: 1_000 }),
    fc.constantFrom({ did: 'decide' } as const, { did: 'decideMany' } as const, { did: 'undo' } as const),
  );
  const command = fc.record({
    move,
    who: fc.constantFrom(ANN, BOB, SUE),
    afterMs: fc.constantFrom(0, 1, LEASE_MS - 1, LEASE_MS, LEASE_MS + 1),
  });

  it('has one holder at a time, is decided by them alone, and is never lost, whatever they try and when', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        let review = OPEN;
        let nowMs = 0;
        for (const { move: tried, who, afterMs } of commands) {
          nowMs += afterMs;
          const holder = isClaimed(review, nowMs) ? review.claimedBy : undefined;
          const before = review;
          if (tried.did === 'undo') {
            if (review.state === 'decided') review = reopenReview(review, who, nowMs, LEASE_MS);
            continue;
          }
          const step = tried.did === 'decide' ? decideReview(review, who, nowMs) : other(review, tried, who, nowMs);
          if (step.kind === 'next') review = step.review;
          // nobody takes anything from whoever holds it, or decides twice
          if (holder !== undefined && holder !== who.name) expect(review).toBe(before);
          if (before.state === 'decided') expect(review).toBe(before);
          if (tried.did === 'decide') expect(step.kind === 'next').toBe(holder === who.name && !hidden(before, who));
          // whatever became of it, a senior can take it once nobody holds it
          const later = moveReview(review, CLAIM, SUE, nowMs + LEASE_MS + 1);
          expect(later.kind).toBe(review.state === 'decided' ? 'refused' : 'next');
        }
      }),
      { numRuns: 300 },
    );
  });

  const hidden = ({ escalatedBy }: Review, { senior }: Reviewer): boolean => escalatedBy !== null && !senior;
});
