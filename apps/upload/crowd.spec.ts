import { describe, expect, it } from '@jest/globals';

import { Crowd } from './crowd.js';

function scene() {
  const clock = { nowMs: 0 };
  const crowd = new Crowd({ max: 4, clientMax: 2, nowMs: () => clock.nowMs });
  return { clock, crowd };
}

describe('a crowd', () => {
  it('has no client take the places of others, and says when one may be free', () => {
    const { clock, crowd } = scene();
    const first = crowd.enter('greedy');
    crowd.enter('greedy');
    clock.nowMs = 5_000.5;
    expect(crowd.refusal('greedy')).toEqual({ of: 'client', retryAfterMs: 5_001 });
    expect(crowd.refusal('modest')).toBeUndefined();
    crowd.leave(first);
    expect([crowd.refusal('greedy'), crowd.size]).toEqual([undefined, 1]);
  });

  it('is never larger than fits', () => {
    const { crowd } = scene();
    for (const clientId of ['a', 'b', 'c', 'd']) crowd.enter(clientId);
    expect(crowd.refusal('e')).toEqual({ of: 'all', retryAfterMs: 1_000 });
  });
});
