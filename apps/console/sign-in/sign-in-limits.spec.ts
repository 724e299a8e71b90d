import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '#contracts/problems.js';
import { SignInLimits } from './sign-in-limits.js';

const MINUTE_MS = 60_000;

/** Limits with a clock of their own. */
function scene() {
  let nowMs = 1_000_000;
  const limits = new SignInLimits(() => nowMs);
  return {
    wait: (ms: number) => (nowMs += ms),
    /** How long to wait; 0: it may be tried, and it was. */
    fail: (name: string, address: string): number => {
      try {
        limits.attempt(name, address);
        return 0;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        expect(error.code).toBe('too-many-sign-ins');
        return error.extra.retryAfterMs ?? NaN;
      }
    },
    succeed: (name: string, address: string) => limits.attempt(name, address).succeeded(),
  };
}

describe('sign-ins', () => {
  it('fail five times for one name from one address, then as often as time passes', () => {
    const { fail, wait } = scene();
    expect(Array.from({ length: 5 }, () => fail('anna', '10.0.0.1'))).toEqual([0, 0, 0, 0, 0]);
    expect(fail('anna', '10.0.0.1')).toBe(3 * MINUTE_MS);
    expect(fail('ben', '10.0.0.1')).toBe(0);
    wait(3 * MINUTE_MS);
    expect(fail('anna', '10.0.0.1')).toBe(0);
    expect(fail('anna', '10.0.0.1')).toBe(3 * MINUTE_MS);
  });

  it('fail thirty times from one address, whatever the names', () => {
    const { fail } = scene();
    const waits = Array.from({ length: 40 }, (_, n) => fail(`name-${n}`, '2001:db8::1'));
    expect(waits.filter((ms) => ms === 0)).toHaveLength(30);
    expect(fail('another', '2001:db8:0:0:ffff::2')).toBeGreaterThan(0);
    expect(fail('another', '2001:db8:0:1::2')).toBe(0);
  });

  it('fail fifty times for one name from everywhere, but those who were in before still may', () => {
    const { fail, succeed } = scene();
    succeed('anna', '10.0.0.1');
    const waits = Array.from({ length: 60 }, (_, n) => fail('anna', `10.1.0.${n}`));
    expect(waits.filter((ms) => ms === 0)).toHaveLength(50);
    expect(fail('anna', '10.2.0.1')).toBeGreaterThan(0);
    expect(fail('anna', '10.0.0.1')).toBe(0);
  });

  it('that succeed are held against nobody', () => {
    const { fail, succeed } = scene();
    for (let n = 0; n < 100; n += 1) succeed('anna', '10.0.0.1');
    expect(fail('anna', '10.0.0.1')).toBe(0);
  });

  it('may be tried again after the time that was told, and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 * MINUTE_MS }), fc.integer({ min: 1, max: 30 }), (pauseMs, tries) => {
        const { fail, wait } = scene();
        for (let n = 0; n < tries; n += 1) fail('anna', '10.0.0.1');
        wait(pauseMs);
        const waitMs = fail('anna', '10.0.0.1');
        if (waitMs === 0) return;
        wait(waitMs - 2);
        expect(fail('anna', '10.0.0.1')).toBeGreaterThan(0);
        wait(2);
        expect(fail('anna', '10.0.0.1')).toBe(0);
      }),
    );
  });
});
