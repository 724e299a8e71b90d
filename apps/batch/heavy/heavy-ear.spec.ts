import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { HeavyEar } from './heavy-ear.js';

type Run = (assetIds: readonly string[]) => Promise<ReadonlyMap<string, Error>>;

const NOTHING_FAILED: ReadonlyMap<string, Error> = new Map();
const WINDOW_MS = 100;

/** An ear whose batches are written down, and end as `run` says. */
function hearing(sizeMax: number, run: Run = () => Promise.resolve(NOTHING_FAILED), windowMs = WINDOW_MS) {
  const batches: string[] = [];
  const faults: unknown[] = [];
  const labelBatch = {
    run: (assetIds: readonly string[]) => {
      batches.push(assetIds.join(''));
      return run(assetIds);
    },
  };
  const ear = new HeavyEar(labelBatch, { sizeMax, windowMs }, { warn: (fault: unknown) => faults.push(fault) });
  const hear = (...assetIds: string[]) => assetIds.map((assetId) => ear.hear({ assetId }));
  return { ear, batches, faults, hear };
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

describe('the bells', () => {
  it('go in batches, full or by the window', async () => {
    const { batches, hear } = hearing(2);
    const heard = hear('a', 'b', 'c');
    expect(batches).toEqual(['ab']);
    jest.advanceTimersByTime(WINDOW_MS);
    expect(batches).toEqual(['ab', 'c']);
    expect(await endings(heard)).toEqual(['done', 'done', 'done']);
  });

  it('do not wait for the batch before', () => {
    const { batches, hear } = hearing(1, () => new Promise(() => undefined));
    void hear('a', 'b');
    expect(batches).toEqual(['a', 'b']);
  });

  it('of one turn go together where there is no window', () => {
    const { batches, hear } = hearing(9, undefined, 0);
    void hear('a', 'b');
    jest.advanceTimersByTime(1);
    expect(batches).toEqual(['ab']);
  });

  it('that wait go when no more will come', () => {
    const { ear, batches, hear } = hearing(9);
    void hear('a');
    ear.drain();
    expect(batches).toEqual(['a']);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the outcome of a batch', () => {
  it.each<[string, Run, string[]]>([
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
  ])('%s: each bell hears of its own asset', async (_case, run, expected) => {
    expect(await endings(hearing(3, run).hear('a', 'b', 'c'))).toEqual(expected);
  });

  it('of a failed one is not the outcome of the next', async () => {
    const outcomes = [Promise.reject(new Error('late')), Promise.resolve(NOTHING_FAILED)];
    const { hear } = hearing(1, () => outcomes.shift() ?? Promise.resolve(NOTHING_FAILED));
    expect(await endings(hear('a', 'b'))).toEqual(['Error: late', 'done']);
  });
});

describe('what it tells', () => {
  it('is how many bells it heard, and whether one is in hand', async () => {
    let finish: (failures: ReadonlyMap<string, Error>) => void = () => undefined;
    const { ear, hear } = hearing(2, () => new Promise((resolve) => (finish = resolve)));
    expect([ear.heard(), ear.busy()]).toEqual([0, false]);
    const heard = hear('a', 'b');
    await jest.advanceTimersByTimeAsync(10_000);
    expect([ear.heard(), ear.busy()]).toEqual([2, true]);
    finish(new Map([['b', new Error('poison')]]));
    expect(await endings(heard)).toEqual(['done', 'Error: poison']);
    expect([ear.heard(), ear.busy()]).toEqual([2, false]);
  });

  it("is the queue's faults, to the log", () => {
    const { ear, faults } = hearing(1);
    const err = new Error('cut');
    ear.fault(err);
    expect(faults).toEqual([{ err }]);
  });
});
