import { describe, expect, it } from '@jest/globals';

import type { BacklogGlance } from '#persistence/freshness-store.js';

import { KeptStanding } from './standing.js';

const NOTHING: BacklogGlance = { classes: [], waiting: 0, more: false, finalsPerSecond: null, backlogSeconds: 0 };
const NO_CASES = { counted: 0, open: 0, claimed: 0, held: 0, escalated: 0, mine: 0, lateBlocks: 0, red: 0, amber: 0 };

/** A house in which one more waits at each look. */
class House {
  looks = 0;
  isLate = false;
  readonly standing = new KeptStanding({
    freshness: {
      glance: () => {
        this.looks += 1;
        return this.isLate ? Promise.reject(new Error('late')) : Promise.resolve({ ...NOTHING, waiting: this.looks });
      },
    },
    deliveries: {
      backlog: () =>
        Promise.resolve({
          waiting: 0,
          failed: 0,
          more: { waiting: false, failed: false },
          oldestMs: null,
          endpoints: { enabled: 0, disabled: 0 },
        }),
    },
    queue: { counts: () => Promise.resolve(NO_CASES) },
    overview: { openLetters: () => Promise.resolve([]) },
    slaMs: 1_000,
  });

  async waiting(nowMs: number): Promise<number> {
    return (await this.standing.read(nowMs)).backlog.waiting;
  }
}

describe('what there is to do', () => {
  it('is read once for all windows, and anew some seconds later, whichever way the clock went', async () => {
    const house = new House();
    const atOnce = await Promise.all([house.waiting(10_000), house.waiting(10_000), house.waiting(13_999)]);
    expect([...atOnce, await house.waiting(14_000), await house.waiting(5_000)]).toEqual([1, 1, 1, 2, 3]);
  });

  it('is read anew after a fault', async () => {
    const house = new House();
    house.isLate = true;
    await expect(house.waiting(10_000)).rejects.toThrow('late');
    house.isLate = false;
    expect(await house.waiting(10_000)).toBe(2);
  });
});
