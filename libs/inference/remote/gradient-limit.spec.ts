import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterAnswer, afterRefusal, FIRST_LIMIT, inFlightMax, type GradientLimit } from './gradient-limit.js';

/** So many answers, each to a request that used the limit to the full. */
function answered(from: GradientLimit, count: number, ms: (limit: number) => number, batch = 1): GradientLimit {
  let state = from;
  for (let index = 0; index < count; index += 1) {
    state = afterAnswer(state, { batch, ms: ms(state.limit), inFlight: inFlightMax(state) });
  }
  return state;
}

describe('the limit of requests under way', () => {
  it('follows the formula', () => {
    const before: GradientLimit = { limit: 100, longMs: { 1: 10 } };
    const usual = afterAnswer(before, { batch: 1, ms: 10, inFlight: 100 });
    expect(usual.limit).toBeCloseTo(0.8 * 100 + 0.2 * (100 + 4), 10);
    const slow = afterAnswer(before, { batch: 1, ms: 20, inFlight: 100 });
    const gradient = (1.5 * (10 + 10 / 20_000)) / 20;
    expect(slow.limit).toBeCloseTo(0.8 * 100 + 0.2 * (gradient * 100 + 4), 10);
    const stuck = afterAnswer(before, { batch: 1, ms: 1_000, inFlight: 100 });
    expect(stuck.limit).toBeCloseTo(0.8 * 100 + 0.2 * (0.5 * 100 + 4), 10);
  });

  it('grows to its end while nothing takes longer', () => {
    expect(inFlightMax(answered(FIRST_LIMIT, 1_000, () => 10))).toBe(256);
  });

  it('settles near what a server does at once, when more of them queue', () => {
    const atOnce = 16;
    const state = answered(FIRST_LIMIT, 3_000, (limit) => 10 * Math.max(1, limit / atOnce));
    expect(state.limit).toBeGreaterThan(atOnce);
    expect(state.limit).toBeLessThan(4 * atOnce);
  });

  it('does not grow while it is not used', () => {
    const state: GradientLimit = { limit: 50, longMs: { 1: 10 } };
    expect(afterAnswer(state, { batch: 1, ms: 10, inFlight: 2 }).limit).toBe(50);
    expect(afterAnswer(state, { batch: 1, ms: 100, inFlight: 2 }).limit).toBeLessThan(50);
  });

  it('takes a large batch for no queue', () => {
    const single = answered(FIRST_LIMIT, 100, () => 10);
    const both = answered(single, 100, () => 160, 16);
    expect(both.limit).toBeGreaterThan(single.limit);
    expect(Object.keys(both.longMs)).toEqual(['1', '16']);
  });

  it('falls to 1 under refusals, and comes back', () => {
    let state: GradientLimit = { limit: 256, longMs: { 1: 10 } };
    for (let index = 0; index < 30; index += 1) state = afterRefusal(state);
    expect(inFlightMax(state)).toBe(1);
    expect(inFlightMax(answered(state, 20, () => 10))).toBeGreaterThan(10);
  });

  it('forgets a slow past within some dozens of requests', () => {
    const slow = answered(FIRST_LIMIT, 50, () => 1_000);
    expect(answered(slow, 60, () => 10).longMs[1]).toBeLessThan(100);
  });

  it('stays within its bounds whatever comes', () => {
    const event = fc.record({
      batch: fc.integer({ min: 1, max: 100 }),
      ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
      inFlight: fc.integer({ min: 1, max: 300 }),
      refused: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        let state = FIRST_LIMIT;
        for (const { refused, ...one } of events) {
          state = refused ? afterRefusal(state) : afterAnswer(state, one);
          expect(inFlightMax(state)).toBeGreaterThanOrEqual(1);
          expect(inFlightMax(state)).toBeLessThanOrEqual(256);
        }
      }),
    );
  });
});
