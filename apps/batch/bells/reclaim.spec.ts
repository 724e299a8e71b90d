import { describe, expect, it } from '@jest/globals';

import type { Ring } from '#contracts/heavy-job.js';
import type { DueAsset } from '#persistence/pending-final-store.js';

import { reclaimStep } from './reclaim.js';

const dueAssets = (assetIds: readonly string[]): DueAsset[] =>
  assetIds.map((assetId) => ({
    assetId,
    trafficClass: 'normal',
    attempts: assetId.startsWith('poison') ? 4 : 3,
    hurried: false,
  }));

/** One step over a queue that holds some jobs and a database that calls some assets forsaken. */
async function stepped(held: ReadonlyMap<string, number>, forsaken: readonly string[], sweepMs = 5_000) {
  const said = { asked: [] as (readonly string[])[], rung: [] as Ring[], counted: 0 };
  const restMs = await reclaimStep(
    {
      bell: {
        inHand: () => Promise.resolve(held),
        ring: (rings) => {
          said.rung.push(...rings);
          return Promise.resolve();
        },
      },
      pending: {
        takeForsaken: (inHand) => {
          said.asked.push(inHand);
          return Promise.resolve(dueAssets(forsaken));
        },
        putOff: () => Promise.reject(new Error('what was rung for is not put off')),
      },
      metrics: { bellsRung: (_by, count) => (said.counted += count) },
    },
    { dueMs: 30_000, sweepMs, attemptsMax: 3 },
  );
  return { restMs, ...said };
}

describe('the reclaimer', () => {
  it('rings beside what the queue still holds, and anew for what it does not, before all that waits', async () => {
    const { asked, rung, counted, restMs } = await stepped(
      new Map([
        ['held', 0],
        ['held twice', 2],
        ['alive', 0],
      ]),
      ['held', 'held twice', 'gone'],
    );
    expect(asked).toEqual([['held', 'held twice', 'alive']]);
    expect(rung.map(({ assetId, beside, hurried }) => [assetId, beside, hurried])).toEqual([
      ['held', 1, true],
      ['held twice', 3, true],
      ['gone', 0, true],
    ]);
    expect([counted, restMs]).toEqual([3, 1_000]);
  });

  it('rings for nothing while nobody is forsaken, and rests no longer than the sweeper', async () => {
    expect(await stepped(new Map([['alive', 0]]), [], 300)).toMatchObject({ rung: [], counted: 0, restMs: 300 });
  });

  it('rings in its turn for what it died over again and again', async () => {
    const { rung } = await stepped(new Map([['poison', 0]]), ['poison', 'poison too', 'innocent']);
    expect(rung.map(({ assetId, hurried }) => [assetId, hurried])).toEqual([
      ['poison', false],
      ['poison too', false],
      ['innocent', true],
    ]);
  });

  it('goes on at once after a full page', async () => {
    const many = Array.from({ length: 500 }, (_, n) => `asset ${n}`);
    expect((await stepped(new Map(), many)).restMs).toBe(0);
  });
});
