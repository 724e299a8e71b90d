import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import type { Departure } from '#moderation/capacity/batch-schedule.js';
import { BatchCollector, type CollectorOptions, type DispatchReason } from './batch-collector.js';
import { FirstComeLine } from './waiting-line.js';

interface Item {
  readonly name: string;
  readonly arrivedAtMs: number;
}

interface Seen {
  readonly items: string;
  readonly reason: DispatchReason;
  readonly atMs: number;
}

/** A collector whose batches are written down, at milliseconds from its making. */
function collecting(options: Partial<CollectorOptions<Item>> = {}) {
  const seen: Seen[] = [];
  const startMs = Date.now();
  const collector = new BatchCollector<Item>({
    line: new FirstComeLine(),
    sizeMax: () => 3,
    windowMs: 100,
    room: () => Infinity,
    dispatch: (items, reason) => {
      seen.push({ items: items.map(({ name }) => name).join(''), reason, atMs: Date.now() - startMs });
    },
    nowMs: Date.now,
    ...options,
  });
  const add = (...names: string[]): void => {
    for (const name of names) collector.add({ name, arrivedAtMs: Date.now() });
  };
  return { collector, seen, add };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('a batch with a window', () => {
  it('goes when it is full, at once', () => {
    const { collector, seen, add } = collecting();
    add('a', 'b', 'c', 'd');
    expect(seen).toEqual([{ items: 'abc', reason: 'full', atMs: 0 }]);
    collector.stop();
  });

  it('goes when its first item has waited the window, however late the others came', () => {
    const { seen, add } = collecting();
    add('a');
    jest.advanceTimersByTime(99);
    add('b');
    expect(seen).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(seen).toEqual([{ items: 'ab', reason: 'timer', atMs: 100 }]);
  });

  it('that filled up leaves no clock running for the next', () => {
    const { seen, add } = collecting();
    add('a', 'b');
    jest.advanceTimersByTime(60);
    add('c', 'd');
    jest.advanceTimersByTime(99);
    expect(seen.map(({ reason }) => reason)).toEqual(['full']);
    jest.advanceTimersByTime(1);
    expect(seen[1]).toEqual({ items: 'd', reason: 'timer', atMs: 160 });
  });

  it('goes early for an item that cannot wait', () => {
    const { seen, add } = collecting({
      latestStartMs: ({ name, arrivedAtMs }) => arrivedAtMs + (name === 'b' ? 5 : 900),
    });
    add('a');
    jest.advanceTimersByTime(10);
    add('b');
    jest.advanceTimersByTime(100);
    expect(seen).toEqual([{ items: 'ab', reason: 'deadline', atMs: 15 }]);
  });

  it('goes at once for an item that is late', () => {
    const { seen, add } = collecting({ latestStartMs: () => -1 });
    add('a');
    expect(seen).toEqual([{ items: 'a', reason: 'deadline', atMs: 0 }]);
  });

  it('goes when it is drained, and an empty one does not', () => {
    const { collector, seen, add } = collecting();
    collector.drain();
    add('a');
    expect(seen).toEqual([]);
    collector.drain();
    collector.drain();
    jest.advanceTimersByTime(1_000);
    expect(seen).toEqual([{ items: 'a', reason: 'drain', atMs: 0 }]);
  });

  it('goes no more by the clock once it is stopped', () => {
    const { collector, seen, add } = collecting();
    add('a');
    collector.stop();
    jest.advanceTimersByTime(1_000);
    expect(seen).toEqual([]);
  });
});

describe('a batch of one', () => {
  it('goes at once, without a clock', () => {
    const { seen, add } = collecting({ sizeMax: () => 1 });
    add('a', 'b');
    expect(seen).toEqual([
      { items: 'a', reason: 'idle', atMs: 0 },
      { items: 'b', reason: 'idle', atMs: 0 },
    ]);
  });
});

describe('a batch without a window', () => {
  it('goes at once where there is room', () => {
    const { seen, add } = collecting({ windowMs: 0 });
    add('a', 'b');
    expect(seen).toEqual([
      { items: 'a', reason: 'idle', atMs: 0 },
      { items: 'b', reason: 'idle', atMs: 0 },
    ]);
  });

  it('grows while there is no room, and a full one goes first', () => {
    let room = 0;
    const seen: string[] = [];
    const { collector, add } = collecting({
      windowMs: 0,
      room: () => room,
      dispatch: (items, reason) => {
        room -= 1;
        seen.push(`${items.map(({ name }) => name).join('')} ${reason}`);
      },
    });
    add('a', 'b', 'c', 'd', 'e');
    expect(seen).toEqual([]);
    room = 1;
    collector.pump();
    expect(seen).toEqual(['abc full']);
    room = 5;
    collector.pump();
    expect(seen).toEqual(['abc full', 'de idle']);
    expect(collector.dispatches).toEqual({ full: 1, idle: 1, timer: 0, deadline: 0, drain: 0 });
  });
});

describe('a drain without room', () => {
  it('lasts until all that waits is gone, and no longer', () => {
    let room = 0;
    const { collector, seen, add } = collecting({ sizeMax: () => 2, room: () => room });
    add('a');
    collector.drain();
    add('b', 'c');
    room = 1;
    collector.pump();
    expect(seen.map(({ items, reason }) => `${items} ${reason}`)).toEqual(['ab full', 'c drain']);
    add('d');
    jest.advanceTimersByTime(100);
    expect(seen[2]).toMatchObject({ items: 'd', reason: 'timer' });
  });
});

describe('a size that changes', () => {
  it('is asked for each batch', () => {
    const sizes = [1, 2, 3];
    let room = 0;
    const { collector, seen, add } = collecting({ sizeMax: () => sizes.shift() ?? 9, windowMs: 0, room: () => room });
    add('a', 'b', 'c', 'd');
    room = 1;
    collector.pump();
    expect(seen.map(({ items }) => items)).toEqual(['a', 'bc', 'd']);
  });
});

describe('a batch with a departure', () => {
  /** All that waits goes at `atMs` from the making, up to `count` of it. */
  const leaving = (departure: () => Departure, options: Partial<CollectorOptions<Item>> = {}) =>
    collecting({ sizeMax: () => 2, departure, ...options });

  it('waits until then, and no longer', () => {
    const startMs = Date.now();
    const { seen, add } = leaving(() => ({ atMs: startMs + 50, reason: 'timer', count: 1 }));
    add('a', 'b', 'c');
    jest.advanceTimersByTime(49);
    expect(seen).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(seen.map(({ items, reason, atMs }) => [items, reason, atMs])).toEqual([
      ['ab', 'timer', 50],
      ['c', 'timer', 50],
    ]);
  });

  it('sends all that is said, in batches, when there is room, and asks anew for the rest', () => {
    let room = 0;
    let departure: Departure = { atMs: -Infinity, reason: 'full', count: 3 };
    const gone: string[] = [];
    const { collector, add } = leaving(() => departure, {
      room: () => room,
      dispatch: (items, reason) => {
        room -= 1;
        gone.push(`${items.map(({ name }) => name).join('')} ${reason}`);
      },
    });
    add('a', 'b', 'c', 'd');
    room = 1;
    collector.pump();
    departure = { atMs: Infinity, reason: 'full', count: 1 };
    add('e');
    room = 9;
    collector.pump();
    expect(gone).toEqual(['ab full', 'cd full']);
    collector.release();
    expect(gone[2]).toBe('e drain');
    add('f');
    expect(gone).toHaveLength(3);
    collector.drain();
    expect(gone[3]).toBe('f drain');
  });

  it('that has none waits as long as a timer can, and looks again', () => {
    let looks = 0;
    const { collector, seen, add } = leaving(() => {
      looks += 1;
      return { atMs: Infinity, reason: 'full', count: 1 };
    });
    add('a');
    jest.advanceTimersByTime(2 ** 31 - 2);
    expect([looks, jest.getTimerCount()]).toEqual([1, 1]);
    jest.advanceTimersByTime(1);
    expect([looks, seen.length]).toEqual([2, 0]);
    collector.stop();
  });

  it('is not late for a deadline by the grain of a timer', () => {
    const startMs = Date.now();
    const { seen, add } = leaving(() => ({ atMs: startMs + 10.9, reason: 'deadline', count: 1 }));
    add('a');
    jest.advanceTimersByTime(10);
    expect(seen).toEqual([{ items: 'a', reason: 'deadline', atMs: 10 }]);
  });
});

describe('any arrivals', () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 });

  it('are dispatched once each, in order, in time, in batches that are not too large', () => {
    const sizes = fc.integer({ min: 2, max: 6 });
    const windows = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(arrivals, sizes, windows, (gaps, sizeMax, windowMs) => {
        const gone: string[] = [];
        const { add } = collecting({
          sizeMax: () => sizeMax,
          windowMs,
          dispatch: (items, reason) => {
            expect(items.length).toBeLessThanOrEqual(sizeMax);
            expect(items.length === sizeMax).toBe(reason === 'full');
            const waitedMs = Date.now() - (items[0]?.arrivedAtMs ?? Number.NaN);
            if (reason === 'full') expect(waitedMs).toBeLessThanOrEqual(windowMs);
            else expect({ reason, waitedMs }).toEqual({ reason: 'timer', waitedMs: windowMs });
            gone.push(...items.map(({ name }) => name));
          },
        });
        for (const [index, gapMs] of gaps.entries()) {
          jest.advanceTimersByTime(gapMs);
          add(String(index));
        }
        jest.advanceTimersByTime(windowMs);
        expect(gone).toEqual(gaps.map((_, index) => String(index)));
      }),
    );
  });
});
