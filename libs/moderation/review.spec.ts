import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { claimReview, decideReview, type Review, type ReviewRefusal } from './review.js';

const LEASE_MS = 100;
const OPEN: Review = { state: 'open', claimedBy: null, claimExpiresAtMs: null };
const claimed = (by: string, untilMs: number): Review => ({
  state: 'claimed',
  claimedBy: by,
  claimExpiresAtMs: untilMs,
});
const DECIDED: Review = { state: 'decided', claimedBy: 'ann', claimExpiresAtMs: null };

describe('claiming and deciding at 1000 ms', () => {
  it.each<[string, Review, 'taken' | ReviewRefusal, 'ended' | ReviewRefusal]>([
    ['an open case', OPEN, 'taken', 'not_claimed'],
    ["one's own claim", claimed('ann', 1_001), 'taken', 'ended'],
    ["one's own claim that has just run out", claimed('ann', 1_000), 'taken', 'not_claimed'],
    ["another's claim", claimed('bob', 1_001), 'claimed_by_other', 'claimed_by_other'],
    ["another's claim that has just run out", claimed('bob', 1_000), 'taken', 'not_claimed'],
    ['a claim without an end', { state: 'claimed', claimedBy: 'bob', claimExpiresAtMs: null }, 'taken', 'not_claimed'],
    ['a decided case', DECIDED, 'already_decided', 'already_decided'],
    ['a case that another decided', { ...DECIDED, claimedBy: 'bob' }, 'already_decided', 'already_decided'],
  ])('%s', (_case, review, claim, decide) => {
    const next = { kind: 'next', review: claimed('ann', 1_000 + LEASE_MS) };
    expect(claimReview(review, 'ann', 1_000, LEASE_MS)).toEqual(
      claim === 'taken' ? next : { kind: 'refused', why: claim },
    );
    const end = { kind: 'next', review: DECIDED };
    expect(decideReview(review, 'ann', 1_000)).toEqual(decide === 'ended' ? end : { kind: 'refused', why: decide });
  });
});

/** What a whiteboard would hold: who has the case and until when, and who ended it. */
class Whiteboard {
  decidedBy: string | undefined;
  private holder: string | undefined;
  private untilMs = 0;

  claim(who: string, nowMs: number): boolean {
    const free = this.holderAt(nowMs) === undefined || this.holderAt(nowMs) === who;
    if (this.decidedBy !== undefined || !free) return false;
    this.holder = who;
    this.untilMs = nowMs + LEASE_MS;
    return true;
  }

  decide(who: string, nowMs: number): boolean {
    if (this.decidedBy !== undefined || this.holderAt(nowMs) !== who) return false;
    this.decidedBy = who;
    return true;
  }

  private holderAt(nowMs: number): string | undefined {
    return nowMs < this.untilMs ? this.holder : undefined;
  }
}

describe('a case in the hands of several moderators', () => {
  const command = fc.record({
    act: fc.constantFrom('claim' as const, 'decide' as const),
    who: fc.constantFrom('ann', 'bob', 'cem'),
    afterMs: fc.constantFrom(0, 1, LEASE_MS - 1, LEASE_MS, LEASE_MS + 1),
  });

  it('goes as on a whiteboard, whatever they try and when', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const board = new Whiteboard();
        let review = OPEN;
        let nowMs = 0;
        for (const { act, who, afterMs } of commands) {
          nowMs += afterMs;
          const step = act === 'claim' ? claimReview(review, who, nowMs, LEASE_MS) : decideReview(review, who, nowMs);
          expect(step.kind === 'next').toBe(act === 'claim' ? board.claim(who, nowMs) : board.decide(who, nowMs));
          if (step.kind === 'next') review = step.review;
          expect(review.state === 'decided').toBe(board.decidedBy !== undefined);
          if (board.decidedBy !== undefined) expect(review.claimedBy).toBe(board.decidedBy);
        }
      }),
      { numRuns: 300 },
    );
  });
});
