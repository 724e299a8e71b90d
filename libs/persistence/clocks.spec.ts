import { expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';

import { CLOCKS_AGREE_MS, ownClockFaultMs } from './clocks.js';

/** A database whose clock is ahead of this process' by so much. */
const database = (aheadMs: number): EntityManager => {
  const manager: Pick<EntityManager, 'query'> = {
    query: <T>() => Promise.resolve([{ ms: Date.now() + aheadMs }] as T),
  };
  return manager as EntityManager;
};

it.each([CLOCKS_AGREE_MS * 2 + 0.437, -CLOCKS_AGREE_MS * 2 - 0.437])(
  'is told in whole milliseconds where the clocks are %d ms apart',
  async (aheadMs) => {
    const faultMs = await ownClockFaultMs(database(aheadMs));
    expect(Number.isInteger(faultMs)).toBe(true);
    expect(Math.sign(faultMs)).toBe(Math.sign(aheadMs));
  },
);

it('is none while they agree', async () => {
  expect(await ownClockFaultMs(database(0))).toBe(0);
});
