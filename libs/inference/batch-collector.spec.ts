import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { BatchCollector, type DispatchReason } from './batch-collector.js';

interface Seen {
  readonly items: readonly string[];
  readonly reason: DispatchReason;
}

const NOTHING_FAILED: ReadonlyMap<string, Error> = new Map();

/** A collector whose batches are written down, and settled by `outcome`. */
function collecting(sizeMax: number, windowMs: number, outcome = () => Promise.resolve(NOTHING_FAILED)) {
  const seen: Seen[] = [];
  const collector = new BatchCollector<string>({
    sizeMax,
    windowMs,
    dispatch: (items, reason) => {
      seen.push({ items, reason });
      return outcome();
    },
  });
  return { collector, seen };
}

/** How each promise ended, in order: 'done' or the error in words. */
async function endings(promises: readonly Promise<void>[]): Promise<string[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => (one.status === 'fulfilled' ? 'done' : String(one.reason)));
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a batch', () => {
  it('goes when it is full, at once', async () => {
    const { collector, seen } = collecting(2, 1_000);
    const added = ['a', 'b', 'c'].map((item) => collector.add(item));
    expect(seen).toEqual([{ items: ['a', 'b'], reason: 'full' }]);
    expect(await endings(added.slice(0, 2))).toEqual(['done', 'done']);
  });

  it('goes when its first item has waited the window, however late the others came', () => {
    const { collector, seen } = collecting(10, 100);
    void collector.add('a');
    jest.advanceTimersByTime(99);
    void collector.add('b');
    expect(seen).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(seen).toEqual([{ items: ['a', 'b'], reason: 'timer' }]);
  });

  it('that filled up leaves no clock running for the next', () => {
    const { collector, seen } = collecting(2, 100);
    void collector.add('a');
    jest.advanceTimersByTime(60);
    void collector.add('b');
    void collector.add('c');
    jest.advanceTimersByTime(99);
    expect(seen.map(({ reason }) => reason)).toEqual(['full']);
    jest.advanceTimersByTime(1);
    expect(seen[1]).toEqual({ items: ['c'], reason: 'timer' });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('goes when it is drained, and an empty one does not', () => {
    const { collector, seen } = collecting(10, 100);
    collector.drain();
    void collector.add('a');
    collector.drain();
    collector.drain();
    jest.advanceTimersByTime(1_000);
    expect(seen).toEqual([{ items: ['a'], reason: 'drain' }]);
  });

  it('of one goes at once, without a clock', () => {
    const { collector, seen } = collecting(1, 100);
    void collector.add('a');
    expect(seen).toEqual([{ items: ['a'], reason: 'full' }]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not wait for the one before it', () => {
    const { collector, seen } = collecting(1, 100, () => new Promise(() => undefined));
    void collector.add('a');
    void collector.add('b');
    expect(seen.map(({ items }) => items)).toEqual([['a'], ['b']]);
  });
});

describe('the outcome of a batch', () => {
  it.each<[string, () => Promise<ReadonlyMap<string, Error>>, string[]]>([
    ['all well', () => Promise.resolve(NOTHING_FAILED), ['done', 'done', 'done']],
    ['one failed', () => Promise.resolve(new Map([['b', new Error('poison')]])), ['done', 'Error: poison', 'done']],
    ['an unknown one failed', () => Promise.resolve(new Map([['z', new Error('who?')]])), ['done', 'done', 'done']],
    ['the whole failed', () => Promise.reject(new Error('late')), ['Error: late', 'Error: late', 'Error: late']],
    [
      'the whole threw',
      () => {
        throw new Error('defect');
      },
      ['Error: defect', 'Error: defect', 'Error: defect'],
    ],
  ])('%s: each caller hears of its own item', async (_case, outcome, expected) => {
    const { collector } = collecting(3, 100, outcome);
    expect(await endings(['a', 'b', 'c'].map((item) => collector.add(item)))).toEqual(expected);
  });

  it('of a failed one is not the outcome of the next', async () => {
    const outcomes = [Promise.reject(new Error('late')), Promise.resolve(NOTHING_FAILED)];
    const { collector } = collecting(1, 100, () => outcomes.shift() ?? Promise.resolve(NOTHING_FAILED));
    expect(await endings([collector.add('a'), collector.add('b')])).toEqual(['Error: late', 'done']);
  });

  it("is nobody's before there is one", async () => {
    let finish: (failures: ReadonlyMap<string, Error>) => void = () => undefined;
    const { collector } = collecting(1, 100, () => new Promise((resolve) => (finish = resolve)));
    let done = false;
    const added = collector.add('a').then(() => (done = true));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(done).toBe(false);
    finish(NOTHING_FAILED);
    await added;
    expect(done).toBe(true);
  });
});

describe('any arrivals', () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 });

  it('are dispatched once each, in order, in time, in batches that are not too large', () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 100 }),
        (gaps, sizeMax, windowMs) => {
          const arrivedAt: number[] = [];
          const gone: number[] = [];
          const startMs = Date.now();
          const collector = new BatchCollector<number>({
            sizeMax,
            windowMs,
            dispatch: (items, reason) => {
              expect(items.length).toBeLessThanOrEqual(sizeMax);
              expect(items.length === sizeMax).toBe(reason === 'full');
              const first = items[0] ?? Number.NaN;
              if (reason === 'timer') expect(Date.now() - startMs - (arrivedAt[first] ?? 0)).toBe(windowMs);
              for (const item of items)
                expect(Date.now() - startMs - (arrivedAt[item] ?? 0)).toBeLessThanOrEqual(windowMs);
              gone.push(...items);
              return Promise.resolve(new Map<number, Error>());
            },
          });
          for (const [item, gapMs] of gaps.entries()) {
            jest.advanceTimersByTime(gapMs);
            arrivedAt.push(Date.now() - startMs);
            void collector.add(item);
          }
          jest.advanceTimersByTime(windowMs);
          expect(gone).toEqual(gaps.map((_, item) => item));
          expect(jest.getTimerCount()).toBe(0);
        },
      ),
    );
  });
});
