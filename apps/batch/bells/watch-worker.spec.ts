import { describe, expect, it } from '@jest/globals';

import { watchWorker } from './watch-worker.js';

/** What each check sees: seconds since the last one, jobs that wait, bells heard since, something in hand. */
type Check = readonly [afterS: number, waiting: number, heard?: number, busy?: boolean];

async function deaths(checks: readonly Check[]): Promise<number> {
  let now = 0;
  let heard = 0;
  let waiting = 0;
  let busy = false;
  let dead = 0;
  const worker = { heard: () => heard, busy: () => busy, waiting: () => Promise.resolve(waiting) };
  const step = watchWorker(
    worker,
    () => now,
    () => (dead += 1),
  );
  for (const [afterS, jobs, bells = 0, inHand = false] of checks) {
    now += afterS * 1_000;
    waiting = jobs;
    heard += bells;
    busy = inHand;
    await step();
  }
  return dead;
}

describe('a worker', () => {
  it.each<[string, readonly Check[], number]>([
    [
      'that hears nothing while jobs wait is dead',
      [
        [0, 3],
        [20, 3],
        [11, 3],
      ],
      1,
    ],
    [
      'is given its time first',
      [
        [0, 3],
        [30, 3],
      ],
      0,
    ],
    [
      'that was idle for long is not dead at its first job',
      [
        [0, 0],
        [3_600, 1],
      ],
      0,
    ],
    [
      'that hears now and then lives',
      [
        [0, 3],
        [20, 3, 1],
        [20, 3, 1],
        [20, 3, 1],
      ],
      0,
    ],
    [
      'lives while it has something in hand',
      [
        [0, 3],
        [20, 3, 0, true],
        [600, 3, 0, true],
      ],
      0,
    ],
    [
      'whose jobs are gone in between starts anew',
      [
        [0, 3],
        [20, 0],
        [20, 3],
        [20, 3],
      ],
      0,
    ],
  ])('%s', async (_case, checks, expected) => {
    expect(await deaths(checks)).toBe(expected);
  });
});
