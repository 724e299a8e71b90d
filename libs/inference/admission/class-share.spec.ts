import { describe, expect, it } from '@jest/globals';

import { ClassShare } from './class-share.js';

const RATIO = 9;
const NOW_MS = 0;

/** A share that was credited so much of the others' time while it waited. */
function creditedWith(ms: number): ClassShare {
  const share = new ClassShare(RATIO);
  expect(share.credit(ms, ms, NOW_MS)).toBe(ms);
  return share;
}

describe('the share of a class', () => {
  it('pays for what it took and not for what it was charged', () => {
    const share = creditedWith(RATIO * 192);
    const paid = share.go(192);
    share.correct(-150, paid, true);
    expect([share.isDue(150), share.isDue(151)]).toEqual([true, false]);
  });

  it('gets nothing back of what it had out of turn', () => {
    const share = creditedWith(RATIO * 100);
    const paid = share.go(192);
    expect(paid).toEqual({ paidMs: 100, freeMs: 92 });
    share.correct(-150, paid, true);
    expect([share.isDue(58), share.isDue(59)]).toEqual([true, false]);
  });

  it('owes what it has spent of a credit that is taken back', () => {
    const share = creditedWith(RATIO * 100);
    share.go(100);
    share.takeBack(RATIO * 60);
    share.credit(RATIO * 60, 60, NOW_MS);
    expect([share.isDue(0), share.isDue(1)]).toEqual([true, false]);
  });

  it('owes no more than a quarter of a second', () => {
    const share = creditedWith(RATIO * 100);
    share.go(100);
    share.takeBack(RATIO * 10_000);
    share.credit(RATIO * 251, 251, NOW_MS);
    expect(share.isDue(1)).toBe(true);
  });

  it('is credited nothing while it wants nothing, and so much at most when it was turned away', () => {
    const share = new ClassShare(RATIO);
    expect(share.credit(1_000, undefined, NOW_MS)).toBe(0);
    share.miss(200, NOW_MS);
    const soonMs = share.credit(9_000, undefined, NOW_MS + 2_000);
    expect([soonMs, share.credit(9_000, undefined, NOW_MS + 2_001)]).toEqual([1_800, 0]);
  });

  it.each([
    [50, 900],
    [400, 3_600],
  ])('saves up no more than pays for what waits, here %d ms, however long that waits', (waitingMs, mostMs) => {
    const share = new ClassShare(RATIO);
    for (let n = 0; n < 100; n += 1) share.credit(1_000, waitingMs, NOW_MS);
    expect([share.isDue(mostMs / RATIO), share.isDue(mostMs / RATIO + 1)]).toEqual([true, false]);
  });
});
