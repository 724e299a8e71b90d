import { describe, expect, it } from '@jest/globals';

import type { DueAsset } from '#persistence/pending-final-store.js';

import { sweepStep } from './sweeper.js';

const DUE_MS = 30_000;
const PAGE = 500;

/** One step over a queue that holds so many jobs that wait, and assets that are overdue by so many milliseconds each. */
async function stepped(waiting: number, overdueMs: readonly number[], backlog = overdueMs.length) {
  const left = overdueMs.map((ms, index) => ({ ms, assetId: `asset ${index}` }));
  const said = { rung: 0, counted: 0 };
  const restMs = await sweepStep(
    {
      countDue: () => Promise.resolve(left.filter(({ ms }) => ms > 0).length),
      backlog: () => Promise.resolve({ pending: backlog }),
      countOf: () => Promise.resolve(0),
      takeDue: (most, _againMs, byMs) => {
        const due = left.filter(({ ms }) => ms > (byMs ?? 0)).slice(0, most);
        for (const one of due) left.splice(left.indexOf(one), 1);
        return Promise.resolve(
          due.map(({ assetId }): DueAsset => ({ assetId, trafficClass: 'normal', attempts: 0, hurried: false })),
        );
      },
    },
    {
      inHand: () => Promise.resolve(new Map()),
      holding: () => Promise.resolve({ all: waiting, waiting }),
      ring: (rings) => {
        said.rung += rings.length;
        return Promise.resolve();
      },
    },
    { bellsRung: (_by, count) => (said.counted += count) },
    { sweepMs: 5_000, dueMs: DUE_MS },
  );
  return { restMs, ...said };
}

const many = (count: number, overdueMs: number): number[] => Array.from({ length: count }, () => overdueMs);

describe('the sweeper', () => {
  it('rings for all that is overdue where the queue holds too little', async () => {
    expect(await stepped(PAGE, many(2 * PAGE + 1, 1))).toEqual({
      restMs: 5_000,
      rung: 2 * PAGE + 1,
      counted: 2 * PAGE + 1,
    });
  });

  it('rings for nothing while the queue holds as many jobs as assets wait, or nothing is overdue', async () => {
    expect(await stepped(3, many(3, 10 * DUE_MS))).toMatchObject({ rung: 0 });
    expect(await stepped(0, [], 3)).toMatchObject({ rung: 0 });
  });

  it('rings for a page of what is long overdue, whatever the queue seems to hold: its jobs may be of others', async () => {
    expect(await stepped(9_999, [1, 10 * DUE_MS + 1])).toMatchObject({ rung: 1, counted: 1 });
    expect(await stepped(9_999, many(PAGE + 1, 10 * DUE_MS + 1))).toMatchObject({ rung: PAGE });
  });
});
