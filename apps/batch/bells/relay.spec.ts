import { describe, expect, it } from '@jest/globals';

import type { Committed } from '#persistence/outbox-store.js';

import { relay } from './relay.js';

/** A relay whose outbox holds some pages; it looks once for each. @returns what it did, step by step */
async function relayed(
  pages: readonly Committed[],
  { hasRoom = false, stepMs = 100, ring = () => Promise.resolve() } = {},
) {
  const said: string[] = [];
  let nowMs = 0;
  const left = [...pages];
  const step = relay(
    {
      outbox: { take: (most) => Promise.resolve({ rows: 0, hurried: 0, ...left.shift(), most }) },
      pull: { wake: () => said.push('wake'), hasRoom: () => hasRoom },
      bell: {
        wake: () => {
          said.push('ring');
          return ring();
        },
      },
      metrics: { bellRung: () => said.push('count') },
      reconciliations: { hurried: (count) => said.push(`hurried ${count}`) },
    },
    () => nowMs,
  );
  const rests: number[] = [];
  while (rests.length < pages.length) {
    rests.push(await step());
    nowMs += stepMs;
  }
  return { said, rests };
}

describe('the relay', () => {
  it('wakes its own service for a page, and nobody else where that has room', async () => {
    const { said, rests } = await relayed(
      [
        { rows: 3, hurried: 1 },
        { rows: 0, hurried: 0 },
      ],
      { hasRoom: true },
    );
    expect([said, rests]).toEqual([
      ['hurried 1', 'wake'],
      [100, 100],
    ]);
  });

  it('rings for others where its own service has its hands full, once a second at most', async () => {
    const page = { rows: 1, hurried: 0 };
    const { said } = await relayed(Array(22).fill(page));
    expect(said.filter((one) => one === 'wake')).toHaveLength(22);
    expect(said.filter((one) => one === 'ring')).toHaveLength(3);
    expect(said.filter((one) => one === 'count')).toHaveLength(3);
  });

  it('takes the next page at once after a full one', async () => {
    expect((await relayed([{ rows: 1_000, hurried: 0 }])).rests).toEqual([0]);
  });

  it('says that a queue is away, when its own service was woken', async () => {
    const ring = () => Promise.reject(new Error('away'));
    const failed: unknown = await relayed([{ rows: 1, hurried: 0 }], { ring }).catch((error: unknown) => error);
    expect(failed).toEqual(new Error('away'));
  });
});
