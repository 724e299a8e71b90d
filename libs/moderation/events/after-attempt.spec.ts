import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { afterAttempt, RETRY_AFTER_MS_MAX, RETRY_MS, type Attempt } from './after-attempt.js';

const HOUR_MS = 3_600_000;
const FIRST = { attempts: 1, failures: 0 };

const answered = (status: number | null, retryAfterMs: number | null = null): Attempt => ({ status, retryAfterMs });

describe('after a try', () => {
  it.each([200, 201, 202, 204, 299])('%d delivers', (status) => {
    expect(afterAttempt(answered(status), FIRST, 0)).toEqual({ state: 'delivered' });
  });

  it.each([null, 100, 301, 302, 307, 308, 400, 401, 404, 409, 429, 500, 503])('%p is tried again', (status) => {
    expect(afterAttempt(answered(status), FIRST, 0)).toEqual({
      state: 'waiting',
      delayMs: 5_000,
      pauseMs: 0,
      gone: false,
    });
  });

  it('410 says that nobody will ever take it, at whichever try', () => {
    for (const attempts of [1, RETRY_MS.length]) {
      const after = afterAttempt(answered(410), { attempts, failures: 3 }, 0.5);
      expect(after).toEqual({ state: 'failed', pauseMs: 0, gone: true });
    }
  });

  it('comes the next one, at the times of the schedule, and none after the last', () => {
    const delays = RETRY_MS.map((_, index) => afterAttempt(answered(500), { attempts: index + 1, failures: 0 }, 0));
    expect(delays.map((after) => (after.state === 'waiting' ? after.delayMs / 1_000 : after.state))).toEqual([
      5,
      300,
      1_800,
      7_200,
      18_000,
      36_000,
      50_400,
      72_000,
      86_400,
      'failed',
    ]);
    const wholeMs = RETRY_MS.reduce((sum, ms) => sum + ms, 0);
    expect(wholeMs).toBeGreaterThan(72 * HOUR_MS);
  });

  it('is never sooner than the answer asked for, nor much later than a day', () => {
    const attempts = fc.integer({ min: 1, max: RETRY_MS.length - 1 });
    const property = fc.property(
      attempts,
      fc.nat(2 * RETRY_AFTER_MS_MAX),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (tries, askedMs, random) => {
        const after = afterAttempt(answered(503, askedMs), { attempts: tries, failures: 0 }, random);
        if (after.state !== 'waiting') throw new Error('there is another try');
        const plannedMs = RETRY_MS[tries] ?? NaN;
        expect(after.delayMs).toBeGreaterThanOrEqual(Math.max(plannedMs, Math.min(askedMs, RETRY_AFTER_MS_MAX)));
        expect(after.delayMs).toBeLessThanOrEqual(1.2 * RETRY_AFTER_MS_MAX);
        expect(after.pauseMs).toBe(Math.min(askedMs, RETRY_AFTER_MS_MAX));
      },
    );
    fc.assert(property);
  });

  it('an endpoint that fails and fails rests for longer and longer, up to a minute', () => {
    const rests = [0, 4, 5, 6, 7, 10, 11, 500].map((failures) => {
      const after = afterAttempt(answered(null), { attempts: 1, failures }, 0);
      return after.state === 'delivered' ? NaN : after.pauseMs;
    });
    expect(rests).toEqual([0, 0, 2_000, 4_000, 8_000, 60_000, 60_000, 60_000]);
  });
});
