import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { GivenUpWatch } from './given-up-watch.js';
import { LongLooks } from './long-looks.js';
import { LooksInHand } from './looks-in-hand.js';
import type { CostlyTicket, Ticket } from './ticket.js';

const nobody = (): void => undefined;

const ticketOf = (clientId: string): Ticket => ({
  ...{ kind: 'path', path: '', perceptual: false, failedOnce: undefined, clientId, trafficClass: 'normal' },
  ...{ deadlineAtMs: 0, arrivedAtMs: 0, weight: 1, chargeMs: 20, lookMs: 20, resolve: nobody, reject: nobody },
});

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

function scene() {
  const state = { processes: 2, ready: 2, busy: 2, inFlight: 0, queued: 0, replaced: 0, rssBytes: 0 };
  const longLooks = new LongLooks(300, Date.now);
  const inHand = new LooksInHand<Ticket | CostlyTicket>(Date.now, nobody, () => watch.begin());
  const onFreed = jest.fn();
  const watch = new GivenUpWatch({ classifier: { state: () => state }, inHand, longLooks, nowMs: Date.now, onFreed });
  const giveUp = (clientId: string): void => inHand.end(inHand.begin([ticketOf(clientId)], 20), [20], true);
  return { state, longLooks, inHand, onFreed, watch, giveUp };
}

describe('looks that nobody waits for', () => {
  it('are over when no process is busy with them, and were long', () => {
    const { state, longLooks, inHand, onFreed, giveUp } = scene();
    giveUp('one');
    jest.advanceTimersByTime(100);
    expect([inHand.givenUp, onFreed.mock.calls.length]).toEqual([1, 0]);
    state.busy = 0;
    jest.advanceTimersByTime(50);
    expect([inHand.givenUp, onFreed.mock.calls.length, longLooks.lastMs('one')]).toEqual([0, 1, 150]);
  });

  it('are looked after though another is given up every moment', () => {
    const { state, inHand, watch, giveUp } = scene();
    state.busy = 1;
    for (let n = 0; n < 20; n += 1) {
      giveUp('one');
      jest.advanceTimersByTime(40);
      expect(inHand.givenUp).toBeLessThanOrEqual(3);
    }
    watch.stop();
  });
});
