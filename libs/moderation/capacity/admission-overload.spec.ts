import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { CALM, overloadLimits, stepOverload, type OverloadState, type Sojourn } from './admission-overload.js';

const LIMITS = { targetMs: 40, intervalMs: 200 };
const long = (nowMs: number): Sojourn => ({ nowMs, delayMs: 50, left: 3 });
const after = (seen: readonly Sojourn[]): OverloadState =>
  seen.reduce((state, one) => stepOverload(state, one, LIMITS), CALM);

describe('the limits', () => {
  it.each([
    [1, 5, 100],
    [10, 15, 100],
    [25, 37.5, 187.5],
  ])('of batches of %p ms: target %p, interval %p', (batchMs, targetMs, intervalMs) => {
    expect(overloadLimits(batchMs)).toEqual({ targetMs, intervalMs });
  });
});

describe('overload', () => {
  it('is a whole interval without one short wait', () => {
    expect(after([long(0), long(100), long(199)]).overloaded).toBe(false);
    expect(after([long(0), long(100), long(200)]).overloaded).toBe(true);
    expect(after([long(0), long(200), long(900)]).overloaded).toBe(true);
  });

  it.each<[string, Sojourn]>([
    ['a short wait', { nowMs: 300, delayMs: 39, left: 3 }],
    ['nobody left waiting', { nowMs: 300, delayMs: 50, left: 0 }],
  ])('ends with %s, and takes another interval to come back', (_case, calm) => {
    expect(after([long(0), long(250), calm])).toEqual(CALM);
    expect(after([long(0), long(250), calm, long(301), long(500)]).overloaded).toBe(false);
    expect(after([long(0), long(250), calm, long(301), long(501)]).overloaded).toBe(true);
  });

  it('never is while a short wait comes in every interval', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 199 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(steps, (gaps) => {
        let state = CALM;
        let nowMs = 0;
        for (const gap of gaps) {
          state = stepOverload(state, { nowMs, delayMs: 5, left: 1 }, LIMITS);
          state = stepOverload(state, long(nowMs + 1), LIMITS);
          nowMs += gap;
          state = stepOverload(state, long(nowMs), LIMITS);
          expect(state.overloaded).toBe(false);
        }
      }),
    );
  });
});
