import { describe, expect, it } from '@jest/globals';
import { FinishErasures } from './finish-erasures.js';

/** A list of erased assets with bytes, of which some cannot be removed. */
function listed(ids: string[], stuck: readonly string[] = []) {
  const removed: string[] = [];
  const said: unknown[] = [];
  const seen: number[] = [];
  const finish = new FinishErasures({
    erasures: {
      withBytes: (after = '', most) => Promise.resolve(ids.filter((id) => id > after).slice(0, most)),
      countWithBytes: () => Promise.resolve(ids.length),
      removeBytes: async (id, remove) => {
        await remove(id);
        ids.splice(ids.indexOf(id), 1);
      },
    },
    bytes: {
      remove: (id) => {
        if (stuck.includes(id)) return Promise.reject(new Error('refused'));
        removed.push(id);
        return Promise.resolve();
      },
    },
    metrics: { bytesWaiting: (assets) => void seen.push(assets) },
    log: { warn: (facts: unknown) => void said.push(facts) },
  });
  return { finish, removed, said, seen };
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `asset-${String(n).padStart(3, '0')}`);

describe('the bytes of what was erased', () => {
  it('are removed, however long the list is, without a rest in between', async () => {
    const all = names(20);
    const { finish, removed, seen } = listed([...all]);
    const rests = [await finish.step(), await finish.step(), await finish.step()];
    expect(rests).toEqual([0, 0, expect.any(Number)]);
    expect(rests[2]).toBeGreaterThan(0);
    expect(removed.sort()).toEqual(all);
    expect(seen).toEqual([0]);
  });

  it('keep none behind them waiting where they cannot be removed, and are tried again', async () => {
    const all = names(12);
    const stuck = all.slice(0, 9);
    const { finish, removed, said, seen } = listed([...all], stuck);
    expect(await finish.step()).toBeGreaterThan(0);
    await finish.step();
    expect(removed).toEqual(all.slice(9));
    expect(said).toHaveLength(9);
    expect(seen).toEqual([9]);
    await finish.step();
    expect(said).toHaveLength(17);
  });
});
