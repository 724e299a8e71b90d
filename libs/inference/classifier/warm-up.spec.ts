import { describe, expect, it } from '@jest/globals';
import { warmUp } from './warm-up.js';

describe('warm-up', () => {
  it('runs every batch size in use more than once and times it', async () => {
    const batches: number[] = [];
    const session = {
      run: (views: readonly Uint8Array[]) => {
        batches.push(views.length);
        expect(views.every((view) => view.length === 12)).toBe(true);
        return Promise.resolve({ scores: views.map(() => [1]) });
      },
    };
    const times = await warmUp(session, 12, 6);
    expect(times.map((time) => time.batch)).toEqual([1, 2, 4, 6]);
    expect(times.every((time) => time.firstMs >= 0 && time.steadyMs >= 0)).toBe(true);
    for (const { batch } of times) expect(batches.filter((size) => size === batch).length).toBeGreaterThan(1);
  });

  it('fails as the session does', async () => {
    const session = { run: () => Promise.reject(new Error('no such kernel')) };
    await expect(warmUp(session, 12, 1)).rejects.toThrow('no such kernel');
  });
});
