import { describe, expect, it } from '@jest/globals';

import type { Problem } from '#contracts/problems.js';

import type { ClientSlots } from './client-slots.js';
import { fetchSlots } from './fetching/fetch-slots.js';

/** So many fetches of a client that do not end. @returns what ends them all */
function hold(slots: ClientSlots, client: string, count: number): () => Promise<void> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const all = Array.from({ length: count }, () => slots.hold(client, () => ended));
  return async () => {
    end();
    await Promise.all(all);
  };
}

const next = (slots: ClientSlots, client: string): Promise<string> =>
  slots.hold(client, () => Promise.resolve('fetched')).catch((error: unknown) => (error as Problem).code);

describe('slots', () => {
  it('of one client are bounded, and no other notices', async () => {
    const slots = fetchSlots();
    const end = hold(slots, 'a', 16);
    expect([await next(slots, 'a'), await next(slots, 'b')]).toEqual(['overloaded', 'fetched']);
    await end();
    expect(await next(slots, 'a')).toBe('fetched');
  });

  it('of all are bounded', async () => {
    const slots = fetchSlots();
    const ends = ['a', 'b', 'c', 'd'].map((client) => hold(slots, client, 16));
    expect(await next(slots, 'e')).toBe('overloaded');
    await ends[0]?.();
    expect(await next(slots, 'e')).toBe('fetched');
  });

  it('are free again after a failure', async () => {
    const slots = fetchSlots();
    for (let times = 0; times < 20; times += 1) {
      await expect(slots.hold('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    }
    expect(await next(slots, 'a')).toBe('fetched');
  });
});
