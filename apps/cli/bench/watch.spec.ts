import { describe, expect, it, jest } from '@jest/globals';

import { Watch } from './watch.js';

describe('a watch', () => {
  it('looks now, from time to time, and when it stops', async () => {
    jest.useFakeTimers();
    try {
      let looks = 0;
      const watch = new Watch(() => Promise.resolve(looks++ === 1 ? undefined : { looks }), 1_000);
      await jest.advanceTimersByTimeAsync(3_500);
      expect((await watch.stop()).map(({ atMs, looks: number }) => [atMs, number])).toEqual([
        [0, 1],
        [2_000, 3],
        [3_000, 4],
        [3_500, 5],
      ]);
      await jest.advanceTimersByTimeAsync(3_000);
      expect(looks).toBe(5);
    } finally {
      jest.useRealTimers();
    }
  });

  it('tells at its end what went wrong', async () => {
    const watch = new Watch(() => Promise.reject(new Error('the service died')), 1_000);
    await expect(watch.stop()).rejects.toThrow('the service died');
  });
});
