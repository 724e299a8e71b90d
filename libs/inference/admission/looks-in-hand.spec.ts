import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { LooksInHand } from './looks-in-hand.js';

interface Charged {
  readonly clientId: string;
  readonly weight: number;
  readonly chargeMs: number;
}

function scene() {
  const clock = { nowMs: 0 };
  const account = new Map<string, number>();
  const pay = ({ clientId }: Charged, ms: number): void => {
    account.set(clientId, (account.get(clientId) ?? 0) + ms);
  };
  const onGivenUp = jest.fn();
  const inHand = new LooksInHand<Charged>(() => clock.nowMs, pay, onGivenUp);
  const begin = (...tickets: Charged[]) => {
    for (const ticket of tickets) pay(ticket, ticket.chargeMs);
    return inHand.begin(tickets, 20);
  };
  return { clock, account, inHand, begin, onGivenUp };
}

const of = (clientId: string, chargeMs = 20, weight = 1): Charged => ({ clientId, weight, chargeMs });

describe('a look under way', () => {
  it('is paid for as it runs, and at its end for what it took', () => {
    const { clock, account, inHand, begin } = scene();
    const look = begin(of('one'), of('other', 20, 3));
    clock.nowMs = 40;
    inHand.accrue();
    expect([account.get('one'), account.get('other')]).toEqual([20, 30]);
    clock.nowMs = 100;
    inHand.accrue();
    inHand.accrue();
    expect([account.get('one'), account.get('other')]).toEqual([25, 75]);
    inHand.end(look, [95, 5], false);
    expect([account.get('one'), account.get('other')]).toEqual([95, 5]);
    expect([inHand.size, inHand.items]).toEqual([0, 0]);
  });

  it('has been paid for exactly when it has ended, however often it was asked', () => {
    const step = fc.record({ gapMs: fc.nat({ max: 50 }), takes: fc.nat({ max: 300 }), ends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, account, inHand, begin } = scene();
        let tookMs = 0;
        const open: (() => void)[] = [];
        for (const { gapMs, takes, ends } of steps) {
          clock.nowMs += gapMs;
          const look = begin(of('one'));
          open.push(() => {
            inHand.end(look, [takes], false);
            tookMs += takes;
          });
          inHand.accrue();
          if (ends) open.shift()?.();
        }
        for (const end of open) end();
        expect(account.get('one') ?? 0).toBeCloseTo(tookMs, 6);
      }),
    );
  });

  it('counts for its client after it was given up, and pays, while a process is busy with it', () => {
    const { clock, account, inHand, begin, onGivenUp } = scene();
    const look = begin(of('one'));
    clock.nowMs = 1_000;
    inHand.end(look, [1_000], true);
    expect(onGivenUp).toHaveBeenCalledTimes(1);
    const running = begin(of('other'));
    expect([inHand.size, inHand.of('one').length]).toEqual([1, 1]);
    expect(inHand.freed(2)).toEqual([]);
    clock.nowMs = 2_000;
    inHand.accrue();
    expect(account.get('one')).toBe(2_000);
    inHand.end(running, [1_000], false);
    expect(inHand.freed(1)).toEqual([]);
    expect(inHand.freed(0)).toEqual([look]);
    expect([inHand.of('one'), inHand.givenUp]).toEqual([[], 0]);
  });
});
