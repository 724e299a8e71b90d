import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '#contracts/problems.js';
import { SignInLimits } from './sign-in-limits.js';

const MINUTE_MS = 60_000;

/** Limits with a clock of their own, and what the database remembers: names with addresses. */
function scene(...remembered: string[]) {
  let nowMs = 1_000_000;
  const asked: string[] = [];
  const limits = new SignInLimits(
    (name, from) => {
      asked.push(name);
      return Promise.resolve(remembered.includes(`${name} ${from}`));
    },
    () => nowMs,
  );
  /** How long to wait; 0: it may be tried, and it was. */
  const fail = async (name: string, address: string): Promise<number> => {
    try {
      (await limits.attempt(name, address)).ofSomebody();
      return 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      expect(error.code).toBe('too-many-sign-ins');
      return error.extra.retryAfterMs ?? NaN;
    }
  };
  return {
    limits,
    asked,
    wait: (ms: number) => (nowMs += ms),
    fail,
    /** How many of these may be tried. */
    tried: async (times: number, nameAndAddress: (n: number) => [string, string]): Promise<number> => {
      let count = 0;
      for (let n = 0; n < times; n += 1) if ((await fail(...nameAndAddress(n))) === 0) count += 1;
      return count;
    },
    succeed: async (name: string, address: string) => (await limits.attempt(name, address)).succeeded(),
  };
}

describe('sign-ins', () => {
  it('fail five times for one name from one address, then as often as time passes', async () => {
    const { fail, tried, wait } = scene();
    expect(await tried(5, () => ['anna', '10.0.0.1'])).toBe(5);
    expect(await fail('anna', '10.0.0.1')).toBe(3 * MINUTE_MS);
    expect(await fail('ben', '10.0.0.1')).toBe(0);
    wait(3 * MINUTE_MS);
    expect(await fail('anna', '10.0.0.1')).toBe(0);
    expect(await fail('anna', '10.0.0.1')).toBe(3 * MINUTE_MS);
  });

  it('fail five times also when they come all at once', async () => {
    const { fail } = scene();
    const waits = await Promise.all(Array.from({ length: 20 }, () => fail('anna', '10.0.0.1')));
    expect(waits.filter((ms) => ms === 0)).toHaveLength(5);
  });

  it('fail thirty times from one address, whatever the names', async () => {
    const { fail, tried } = scene();
    expect(await tried(40, (n) => [`name-${n}`, '2001:db8::1'])).toBe(30);
    expect(await fail('another', '2001:db8:0:0:ffff::2')).toBeGreaterThan(0);
    expect(await fail('another', '2001:db8:0:1::2')).toBe(0);
  });

  it('fail more often from the networks of whoever has many of them, and not without end', async () => {
    const of56 = scene();
    expect(await of56.tried(200, (n) => [`name-${n}`, `2001:db8:1:${(n % 256).toString(16)}::1`])).toBe(120);
    const of48 = scene();
    expect(await of48.tried(600, (n) => [`name-${n}`, `2001:db8:1:${(n * 64).toString(16)}::1`])).toBe(480);
    expect(await of48.fail('another', '2001:db8:2::1')).toBe(0);
  });

  it('fail fifty times for one name from everywhere, but those who were in before still may', async () => {
    const { fail, tried, succeed } = scene();
    await succeed('anna', '10.0.0.1');
    expect(await tried(60, (n) => ['anna', `10.1.0.${n}`])).toBe(50);
    expect(await fail('anna', '10.2.0.1')).toBeGreaterThan(0);
    expect(await fail('anna', '10.0.0.1')).toBe(0);
  });

  it('do not lock out who was in before this process began', async () => {
    const { fail, tried, limits } = scene('anna 10.0.0.1');
    expect(await tried(60, (n) => ['anna', `10.1.0.${n}`])).toBe(50);
    expect(await fail('anna', '10.2.0.1')).toBeGreaterThan(0);
    expect((await limits.attempt('anna', '10.0.0.1')).trusted).toBe(true);
  });

  it('of what can be nobody’s name, and of strangers asked about a moment ago, cost the database nothing', async () => {
    const { asked, tried } = scene();
    await tried(3, () => ['no name at all!', '10.0.0.1']);
    await tried(3, () => ['\u0000', '10.0.0.1']);
    expect(asked).toEqual([]);
    await tried(3, () => ['anna', '10.0.0.1']);
    expect(asked).toEqual(['anna']);
  });

  it('of a name that there is are remembered, however many others are tried', async () => {
    const { limits, fail, tried } = scene();
    await tried(50, (n) => ['anna', `10.1.0.${n}`]);
    for (let n = 0; n < 20_100; n += 1) await limits.attempt(`random-${n}`, `11.${n >> 8}.${n & 255}.1`);
    expect(await fail('anna', '10.2.0.1')).toBeGreaterThan(0);
  });

  it('that succeed are held against nobody', async () => {
    const { fail, succeed } = scene();
    for (let n = 0; n < 100; n += 1) await succeed('anna', '10.0.0.1');
    expect(await fail('anna', '10.0.0.1')).toBe(0);
  });

  it('whose password nobody looked at are held against nobody', async () => {
    const { limits, fail } = scene();
    for (let n = 0; n < 100; n += 1) (await limits.attempt('anna', '2001:db8::1')).takeBack();
    expect(await fail('anna', '2001:db8::1')).toBe(0);
  });

  it('may be tried again after the time that was told, and not before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20 * MINUTE_MS }),
        fc.integer({ min: 1, max: 30 }),
        async (pauseMs, tries) => {
          const { fail, tried, wait } = scene();
          await tried(tries, () => ['anna', '10.0.0.1']);
          wait(pauseMs);
          const waitMs = await fail('anna', '10.0.0.1');
          if (waitMs === 0) return;
          wait(waitMs - 2);
          expect(await fail('anna', '10.0.0.1')).toBeGreaterThan(0);
          wait(2);
          expect(await fail('anna', '10.0.0.1')).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});
