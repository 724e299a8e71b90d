import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';

import { eachAtOnce } from './each-at-once.js';
import { pagesOf } from './pages-of.js';

describe('work on each of some things', () => {
  it('is done once for each, so many at a time', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await eachAtOnce(
      [1, 2, 3, 4, 5, 6, 7],
      3,
      () => false,
      async (thing) => {
        running += 1;
        most = Math.max(most, running);
        await turn();
        running -= 1;
        done.push(thing);
      },
    );
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('begins nothing after an error or an end, and finishes what it has begun', async () => {
    const begun: number[] = [];
    const done: number[] = [];
    const work = async (thing: number): Promise<void> => {
      begun.push(thing);
      await turn();
      if (thing === 1) throw new Error('one');
      await turn();
      done.push(thing);
    };
    await expect(eachAtOnce([1, 2, 3, 4, 5], 2, () => false, work)).rejects.toThrow('one');
    expect([begun, done]).toEqual([[1, 2], [2]]);
    begun.length = 0;
    await eachAtOnce([3, 4, 5], 1, () => begun.length === 2, work);
    expect(begun).toEqual([3, 4]);
  });
});

describe('pages', () => {
  it('hold everything in its order', async () => {
    const pages: number[][] = [];
    for await (const page of pagesOf(count(5), 2)) pages.push(page);
    expect(pages).toEqual([[0, 1], [2, 3], [4]]);
    for await (const page of pagesOf(count(0), 2)) pages.push(page);
    expect(pages).toHaveLength(3);
  });
});

async function* count(to: number): AsyncGenerator<number> {
  for (let index = 0; index < to; index += 1) yield await Promise.resolve(index);
}
