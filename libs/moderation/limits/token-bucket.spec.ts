import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { oweTokens, takeToken, type TokenBucket } from './token-bucket.js';

describe('a token bucket', () => {
  it('gives a minute’s worth at once, and then one at a time', () => {
    let bucket: TokenBucket | undefined;
    for (let n = 0; n < 60; n += 1) {
      const took = takeToken(bucket, 60, 0);
      expect(took.taken).toBe(true);
      bucket = took.bucket;
    }
    expect(takeToken(bucket, 60, 0)).toMatchObject({ taken: false, nextMs: 1_000, fullMs: 60_000 });
    expect(takeToken(bucket, 60, 999).taken).toBe(false);
    expect(takeToken(bucket, 60, 1_000)).toMatchObject({ taken: true, nextMs: 1_000 });
  });

  it('is owed what it has not', () => {
    const { bucket } = oweTokens(undefined, 60, 0, 70);
    expect(bucket.tokens).toBe(-10);
    expect(takeToken(bucket, 60, 0)).toMatchObject({ taken: false, nextMs: 11_000, fullMs: 70_000 });
    expect(takeToken(bucket, 60, 11_000)).toMatchObject({ taken: true });
  });

  it('goes by the rate of now when that was changed', () => {
    const { bucket } = takeToken(undefined, 1_000, 0);
    expect(takeToken(bucket, 2, 0).bucket.tokens).toBe(1);
  });

  it('never gives more in a stretch of time than it held and what came meanwhile', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), gaps, (perMinute, waits) => {
        let bucket: TokenBucket | undefined;
        let [nowMs, given] = [0, 0];
        for (const waitMs of waits) {
          nowMs += waitMs;
          const took = takeToken(bucket, perMinute, nowMs);
          ({ bucket } = took);
          if (took.taken) given += 1;
          expect(given).toBeLessThanOrEqual(perMinute + (nowMs * perMinute) / 60_000 + 1e-6);
          // whoever waits as long as they are told finds a token
          const patient = takeToken(bucket, perMinute, nowMs + took.nextMs + 1e-3);
          expect(patient.taken).toBe(true);
        }
      }),
    );
  });
});
