import { describe, expect, it } from '@jest/globals';

import type { TrafficClass } from '#moderation/words.js';
import { TurnOrder, type ClassedRank } from './turn-order.js';

const LOOK_MS = 20;

const one = (clientId: string, trafficClass: TrafficClass, chargeMs = LOOK_MS): ClassedRank => ({
  ...{ clientId, trafficClass, chargeMs },
  ...{ weight: 1, deadlineAtMs: Infinity },
});

describe('bulk of a client that may not begin for a minute', () => {
  it('saves up no minute of turns for the bulk of others', () => {
    const order = new TurnOrder<ClassedRank>(() => 0);
    const mayGo = (clientId: string): boolean => clientId !== 'held';
    const next = (): ClassedRank => {
      order.add(one('live', 'normal'));
      const first = order.next(mayGo);
      if (first === undefined) throw new Error('somebody waits');
      order.go(first);
      return first;
    };
    order.add(one('held', 'bulk', 600));
    for (let atMs = 0; atMs < 60_000; atMs += LOOK_MS) expect(next().trafficClass).toBe('normal');
    let bulkMs = 0;
    order.add(one('other', 'bulk'));
    for (let first = next(); first.trafficClass === 'bulk'; first = next()) {
      bulkMs += LOOK_MS;
      order.add(one('other', 'bulk'));
    }
    expect(bulkMs).toBe(600);
  });
});
