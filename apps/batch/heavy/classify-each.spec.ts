import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { ClassifyItem, ClassifyOutcome } from '#contracts/classify.js';
import { ClassifierFailed, ClassifierOverloaded, ClassifierUnavailable } from '#inference/classifier/errors.js';

import { classifyEach } from './classify-each.js';

/** An outcome that says whose it is. */
const outcomeOf = (path: string): ClassifyOutcome => ({ kind: 'rejected', code: 'undecodable', detail: path });
const pathOf = (item: number): string => `/bytes/${item}`;

/** A pool whose process dies of every call that holds poison; it writes down what it was asked. */
function poolWith(poison: ReadonlySet<number>) {
  const poisonous = new Set([...poison].map(pathOf));
  const calls: string[][] = [];
  const classify = (items: readonly ClassifyItem[]) => {
    const paths = items.map(({ path }) => path);
    calls.push(paths);
    const killer = paths.find((path) => poisonous.has(path));
    if (killer !== undefined) return Promise.reject(new ClassifierFailed('crashed', killer));
    return Promise.resolve({ outcomes: paths.map(outcomeOf), queueMs: 0 });
  };
  return { calls, classify };
}

describe('classifying a batch', () => {
  it('without poison is one call', async () => {
    const pool = poolWith(new Set());
    const found = await classifyEach(pool, [1, 2, 3], pathOf);
    expect([...found]).toEqual([1, 2, 3].map((item) => [item, outcomeOf(pathOf(item))]));
    expect(pool.calls).toHaveLength(1);
  });

  it('finds exactly the poison, and its neighbours keep their outcomes', async () => {
    const batches = fc.integer({ min: 1, max: 33 }).chain((size) => {
      const items = Array.from({ length: size }, (_, item) => item);
      return fc.tuple(fc.constant(items), fc.subarray(items));
    });
    await fc.assert(
      fc.asyncProperty(batches, async ([items, poison]) => {
        const pool = poolWith(new Set(poison));
        const found = await classifyEach(pool, items, pathOf);
        expect([...found.keys()]).toEqual(items);
        for (const [item, outcome] of found) {
          if (poison.includes(item)) expect(outcome).toMatchObject({ reason: 'crashed', detail: pathOf(item) });
          else expect(outcome).toEqual(outcomeOf(pathOf(item)));
        }
        const depth = Math.ceil(Math.log2(items.length)) + 1;
        expect(pool.calls.length).toBeLessThanOrEqual(1 + 2 * poison.length * depth);
      }),
    );
  });

  it.each([
    ['no process is warm', new ClassifierUnavailable('no process is alive')],
    ['the pool is full', new ClassifierOverloaded('1 calls wait already')],
    ['we are at fault', new TypeError('x is undefined')],
  ])('passes it on when %s, and does not ask again', async (_case, error) => {
    let calls = 0;
    const classify = () => {
      calls += 1;
      return Promise.reject(error);
    };
    await expect(classifyEach({ classify }, [1, 2, 3, 4], pathOf)).rejects.toBe(error);
    expect(calls).toBe(1);
  });

  it('passes it on when the pool goes away while it looks for the poison', async () => {
    const closed = new ClassifierUnavailable('the pool was closed');
    const answers = [new ClassifierFailed('crashed', 'signal 9'), closed];
    const classify = () => Promise.reject(answers.shift() ?? new Error('asked too often'));
    await expect(classifyEach({ classify }, [1, 2], pathOf)).rejects.toBe(closed);
  });

  it('counts a missing outcome as a failure of its item', async () => {
    const classify = () => Promise.resolve({ outcomes: [outcomeOf(pathOf(1))], queueMs: 0 });
    const found = await classifyEach({ classify }, [1, 2], pathOf);
    expect(found.get(1)).toEqual(outcomeOf(pathOf(1)));
    expect(found.get(2)).toMatchObject({ reason: 'invalid-output' });
  });

  it('of nothing is nothing, even where that fails', async () => {
    expect((await classifyEach(poolWith(new Set()), [], pathOf)).size).toBe(0);
    const classify = () => Promise.reject(new ClassifierFailed('crashed', 'signal 9'));
    expect((await classifyEach({ classify }, [], pathOf)).size).toBe(0);
  });
});
