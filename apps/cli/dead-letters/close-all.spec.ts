import 'reflect-metadata';

import { describe, expect, it } from '@jest/globals';

import type { Closed } from '#persistence/dead-letter-store.js';

import { closeAll } from './close-all.js';

/** Letters 1..count that are open, of one reason; those in `stuck` cannot be closed. */
function lettersOf(count: number, stuck: readonly number[] = []) {
  const open = new Set(Array.from({ length: count }, (_, index) => index + 1));
  const calls: number[] = [];
  const close = (ids: readonly number[]): Promise<Closed<string>[]> => {
    calls.push(ids.length);
    return Promise.resolve(
      ids.map((id) => ({ id, outcome: !stuck.includes(id) && open.delete(id) ? 'closed' : 'not closed' })),
    );
  };
  const openOf = (_reason: string, _to: string, most: number) =>
    Promise.resolve({ ids: [...open].slice(0, most), left: Math.max(0, open.size - most) });
  return { calls, close, store: { openOf } };
}

describe('closing dead letters', () => {
  it('of a reason goes on by the hundred until none is left', async () => {
    const { calls, close, store } = lettersOf(230);
    const items = await closeAll(store, { reason: 'timeout' }, 'resubmit', close);
    expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 230 }, (_, index) => index + 1));
    expect(calls).toEqual([100, 100, 30]);
  });

  it('of a reason ends, though some cannot be closed', async () => {
    const { calls, close, store } = lettersOf(3, [2]);
    const items = await closeAll(store, { reason: 'timeout' }, 'resubmit', close);
    expect(items.map(({ outcome }) => outcome)).toEqual(['closed', 'not closed', 'closed']);
    expect(calls).toEqual([3]);
  });

  it('by their numbers asks for each once, by the hundred', async () => {
    const { calls, close, store } = lettersOf(3);
    const ids = [...Array.from({ length: 120 }, (_, index) => index + 1), 1, 2];
    const items = await closeAll(store, { ids }, 'discard', close);
    expect(items.map(({ outcome }) => outcome).filter((outcome) => outcome === 'closed')).toHaveLength(3);
    expect(items).toHaveLength(120);
    expect(calls).toEqual([100, 20]);
  });

  it('of a reason that none has does nothing', async () => {
    const { calls, close, store } = lettersOf(0);
    expect(await closeAll(store, { reason: 'timeout' }, 'discard', close)).toEqual([]);
    expect(calls).toEqual([]);
  });
});
