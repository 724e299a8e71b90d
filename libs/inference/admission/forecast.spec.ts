import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ClientTimes } from '../batching/client-times.js';
import { ServiceTimes } from '../batching/service-times.js';
import { AdmissionForecast } from './forecast.js';
import { LongLooks } from './long-looks.js';
import { LooksInHand } from './looks-in-hand.js';
import type { CostlyTicket, Ticket } from './ticket.js';

const BATCH_MS = { 1: 15, 2: 20, 4: 30, 8: 50 } as const;

function forecastOf(batchMax: number, room = 1, clients = new ClientTimes(() => 0)): AdmissionForecast {
  const nowMs = (): number => 0;
  const times = new ServiceTimes(Object.entries(BATCH_MS).map(([batch, p95Ms]) => ({ batch: Number(batch), p95Ms })));
  const inHand = new LooksInHand<Ticket | CostlyTicket>(nowMs, nowMs, nowMs);
  return new AdmissionForecast({
    ...{ times, clients, longLooks: new LongLooks(300, nowMs), inHand },
    ...{ sloMs: 300, batchMax, room: () => room },
  });
}

const OWN = { alone: undefined, ownMs: undefined };

/** Those that were counted until an arrival could only be late, or all. */
function counted<One extends { weight: number; chargeMs: number }>(
  forecast: AdmissionForecast,
  waiting: readonly One[],
  { deadlineMs, more, residualsMs }: { deadlineMs: number; more: number; residualsMs: readonly number[] },
): readonly One[] {
  const isLateAfter = forecast.untilLate(deadlineMs, more, residualsMs);
  const last = waiting.findIndex((one) => isLateAfter(one));
  return last === -1 ? waiting : waiting.slice(0, last + 1);
}

describe('who is counted of those that go before an arrival', () => {
  it.each([
    [1, 20],
    [8, 48],
  ])('is nobody behind its deadline, however long the queue is: batches of %d', (batchMax, most) => {
    const waiting = Array.from({ length: 10_000 }, () => ({ weight: 1, chargeMs: 15 }));
    const forecast = forecastOf(batchMax);
    expect(counted(forecast, waiting, { deadlineMs: 300, more: 0, residualsMs: [0] })).toHaveLength(most);
  });

  it('is enough to know that it is late, and all where it is not', () => {
    const one = fc.record({
      weight: fc.integer({ min: 1, max: 8 }),
      chargeMs: fc.double({ min: 1, max: 200, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 60 }),
        fc.constantFrom(1, 2, 8),
        fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 4 }),
        fc.nat({ max: 12 }),
        fc.integer({ min: 1, max: 900 }),
        (waiting, batchMax, residualsMs, more, deadlineMs) => {
          const forecast = forecastOf(batchMax, residualsMs.length);
          const some = counted(forecast, waiting, { deadlineMs, more, residualsMs });
          const isLate = (before: typeof some): boolean =>
            forecast.etaMs(before, more, { ...OWN, residualsMs }) > deadlineMs;
          expect(isLate(some)).toBe(isLate(waiting));
          if (!isLate(waiting)) expect(some).toBe(waiting);
        },
      ),
    );
  });
});

describe('what is charged for before it is known', () => {
  it('is an image’s part of a batch, and what a batch of views takes: no batch is paid for more than once', () => {
    const clients = new ClientTimes(() => 0);
    const forecast = forecastOf(8, 1, clients);
    expect([forecast.chargeMs('one', 1), forecast.chargeMs('one', 8)]).toEqual([50 / 8, 50]);
    for (let n = 0; n < 10; n += 1) clients.note('one', 48, 6);
    expect([forecast.chargeMs('one', 1), forecastOf(1).chargeMs('other', 1)]).toEqual([6, 15]);
  });
});
