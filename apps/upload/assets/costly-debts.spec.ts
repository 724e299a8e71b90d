import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { CostlyDebts } from './costly-debts.js';

const PER_SECOND = 4;

/** A client that sends costly ones, and another that is about. */
function scene() {
  const clock = { nowMs: 10_000 };
  const debts = new CostlyDebts(() => clock.nowMs);
  const others = (): void => debts.come('modest');
  const note = (count: number): void => {
    debts.pay(PER_SECOND);
    for (let n = 0; n < count; n += 1) debts.note('greedy');
  };
  const waitMs = (perSecond = PER_SECOND): number => {
    debts.pay(perSecond);
    return debts.waitMs('greedy');
  };
  return { clock, debts, others, note, waitMs };
}

describe('uploads that cannot be looked at', () => {
  it('of a client that is alone cost it nothing, then or later', () => {
    const { others, note, waitMs } = scene();
    note(100);
    expect(waitMs()).toBe(0);
    others();
    expect(waitMs()).toBe(0);
  });

  it('make their client wait while others come, until they are paid but for a second’s', () => {
    const { clock, others, note, waitMs } = scene();
    others();
    note(6);
    expect(waitMs()).toBe(500);
    clock.nowMs += 499;
    expect(waitMs()).toBe(1);
    clock.nowMs += 2;
    expect(waitMs()).toBe(0);
    note(1);
    expect(waitMs()).toBeGreaterThan(0);
  });

  it('are forgotten when they are paid', () => {
    const { clock, debts, others, note, waitMs } = scene();
    others();
    note(1_000);
    clock.nowMs += 250_000;
    others();
    expect(waitMs()).toBe(0);
    expect(debts.areAny).toBe(false);
    note(4);
    expect(waitMs()).toBe(1);
  });

  it('do not come back when the rate falls', () => {
    const { clock, others, note, waitMs } = scene();
    others();
    note(12);
    clock.nowMs += 3_000;
    others();
    expect(waitMs(13)).toBe(0);
    expect(waitMs(0.15)).toBe(0);
  });

  it('never make a client wait longer because time went on', () => {
    const step = fc.record({ gapMs: fc.nat({ max: 2_000 }), perSecond: fc.double({ min: 0.1, max: 50, noNaN: true }) });
    fc.assert(
      fc.property(fc.nat({ max: 40 }), fc.array(step), (count, steps) => {
        const { clock, debts, others } = scene();
        others();
        debts.pay(PER_SECOND);
        for (let n = 0; n < count; n += 1) debts.note('greedy');
        let paidBefore = false;
        for (const { gapMs, perSecond } of steps) {
          clock.nowMs += gapMs;
          others();
          debts.pay(perSecond);
          if (paidBefore) expect(debts.waitMs('greedy')).toBe(0);
          paidBefore ||= !debts.areAny;
        }
      }),
    );
  });
});
