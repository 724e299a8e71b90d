import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isClaimed, moveReview, type CaseMove, type Review, type Reviewer } from './review.js';

const NOW_MS = 1_000;
const CLAIM: CaseMove = { did: 'claim', leaseMs: 100 };
const RELEASE: CaseMove = { did: 'release' };
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
const ann = (turn: number | undefined, tab: string | undefined = 'one'): Reviewer => ({
  name: 'ann',
  senior: false,
  tab,
  turn,
});

/** What becomes of a case, and why each of these was refused. */
function after(...asked: (readonly [CaseMove, Reviewer])[]): { readonly review: Review; readonly refused: unknown[] } {
  const refused: unknown[] = [];
  let review = OPEN;
  for (const [move, who] of asked) {
    const step = moveReview(review, move, who, NOW_MS);
    if (step.kind === 'next') review = step.review;
    refused.push(step.kind === 'next' ? undefined : step.why);
  }
  return { review, refused };
}

describe('what one tab asks', () => {
  const sent = fc.array(fc.constantFrom(CLAIM, RELEASE), { minLength: 1, maxLength: 8 });

  it('comes to what it asked last, in whatever order it arrives', () => {
    const arrived = sent.chain((moves) =>
      fc
        .shuffledSubarray(
          moves.map((move, index) => [move, ann(index + 1)] as const),
          { minLength: moves.length },
        )
        .map((asked) => ({ last: moves.at(-1), asked })),
    );
    fc.assert(
      fc.property(arrived, ({ last, asked }) => {
        expect(isClaimed(after(...asked).review, NOW_MS)).toBe(last === CLAIM);
      }),
    );
  });

  it('is refused where the tab has asked for something else since, and not where another one has', () => {
    expect(after([RELEASE, ann(2)], [CLAIM, ann(1)]).refused).toEqual([undefined, 'overtaken']);
    expect(after([CLAIM, ann(3)], [RELEASE, ann(2)]).refused).toEqual([undefined, 'overtaken']);
    expect(after([RELEASE, ann(2)], [CLAIM, ann(1, 'other')]).refused).toEqual([undefined, undefined]);
    expect(after([RELEASE, ann(2)], [RELEASE, ann(1)], [CLAIM, ann(2)]).refused).toEqual([
      undefined,
      'overtaken',
      undefined,
    ]);
  });

  it('is taken as it comes from whoever does not count', () => {
    expect(after([CLAIM, ann(5)], [RELEASE, ann(undefined)]).review).toMatchObject({ state: 'open', askedTurn: 5 });
    for (const who of [ann(undefined), { name: 'ann', senior: false, turn: 1 }]) {
      expect(after([RELEASE, who], [CLAIM, who]).refused).toEqual(['not_claimed', undefined]);
    }
  });

  it('never frees what somebody else, or another tab, holds', () => {
    const ben: Reviewer = { name: 'ben', senior: true, tab: 'two', turn: 9 };
    expect(after([CLAIM, ann(1)], [RELEASE, ben]).refused).toEqual([undefined, 'claimed_by_other']);
    expect(after([CLAIM, ann(1)], [RELEASE, ann(9, 'other')]).refused).toEqual([undefined, 'claimed_in_other_tab']);
  });
});
