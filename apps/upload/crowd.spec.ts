import { describe, expect, it } from '@jest/globals';

import { Crowd } from './crowd.js';

function scene(more: { readonly aloneMax?: number; readonly newcomersMin?: number } = {}) {
  const clock = { nowMs: 0 };
  const crowd = new Crowd({ max: 4, clientMax: 2, ...more, nowMs: () => clock.nowMs });
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

  it('has room for more of a client while nobody else is inside, or has come in the last second', () => {
    const { clock, crowd } = scene({ aloneMax: 3 });
    for (let own = 0; own < 2; own += 1) crowd.enter('greedy');
    expect(crowd.refusal('greedy')).toBeUndefined();
    const third = crowd.enter('greedy');
    expect(crowd.refusal('greedy')?.of).toBe('client');
    crowd.leave(third);
    const modest = crowd.enter('modest');
    expect(crowd.refusal('greedy')?.of).toBe('client');
    crowd.leave(modest);
    expect([crowd.refusal('greedy'), crowd.refusal('modest')]).toEqual([undefined, undefined]);
    clock.nowMs = 1_000;
    expect(crowd.refusal('greedy')?.of).toBe('client');
    clock.nowMs = 1_001;
    expect(crowd.refusal('greedy')).toBeUndefined();
  });

  it('keeps places for those that have none, whoever has the others', () => {
    const { crowd } = scene({ newcomersMin: 1 });
    const entered: string[] = [];
    for (const clientId of ['a', 'b', 'a', 'b', 'c', 'a', 'd']) {
      if (crowd.refusal(clientId) !== undefined) continue;
      crowd.enter(clientId);
      entered.push(clientId);
    }
    expect(entered).toEqual(['a', 'b', 'a', 'c']);
    expect(['a', 'b', 'd'].map((clientId) => crowd.refusal(clientId)?.of)).toEqual(['client', 'all', 'all']);
  });

  it('is never larger than fits', () => {
    const { crowd } = scene();
    for (const clientId of ['a', 'b', 'c', 'd']) crowd.enter(clientId);
    expect(crowd.refusal('e')).toEqual({ of: 'all', retryAfterMs: 1_000 });
  });
});
