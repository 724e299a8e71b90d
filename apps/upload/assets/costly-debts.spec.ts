import { describe, expect, it } from '@jest/globals';

import { CostlyDebts } from './costly-debts.js';

const PER_SECOND = 4;

function scene() {
  const clock = { nowMs: 10_000 };
  const debts = new CostlyDebts(() => clock.nowMs);
  const note = (count: number): void => {
    for (let n = 0; n < count; n += 1) debts.note('greedy', PER_SECOND);
  };
  const waitMs = (clientId = 'greedy'): number => debts.waitMs(clientId, () => PER_SECOND);
  return { clock, debts, note, waitMs };
}

describe('uploads that cannot be looked at', () => {
  it('of a client that is alone make it wait for nobody', () => {
    const { note, waitMs } = scene();
    note(100);
    expect(waitMs()).toBe(0);
  });

  it('make their client wait while others come, until they are paid but for a second’s', () => {
    const { clock, note, waitMs } = scene();
    note(6);
    expect(waitMs('modest')).toBe(0);
    expect(waitMs()).toBe(500);
    clock.nowMs += 499;
    waitMs('modest');
    expect(waitMs()).toBe(1);
    clock.nowMs += 2;
    expect(waitMs()).toBe(0);
    note(1);
    expect(waitMs()).toBeGreaterThan(0);
  });

  it('are forgotten when they are paid', () => {
    const { clock, note, waitMs } = scene();
    note(1_000);
    clock.nowMs += 250_000;
    waitMs('modest');
    expect(waitMs()).toBe(0);
    note(4);
    waitMs('modest');
    expect(waitMs()).toBe(1);
  });
});
