import { describe, expect, it } from '@jest/globals';

import { SharedRuns } from './shared-runs.js';

/** A work that ends when it is told to. */
function scene() {
  const begun: { end: () => void; fail: (error: Error) => void }[] = [];
  const runs = new SharedRuns(() => new Promise((resolve, fail) => begun.push({ end: resolve, fail })));
  const ended: string[] = [];
  const ask = async (name: string): Promise<void> => {
    try {
      await runs.run();
      ended.push(name);
    } catch (error) {
      ended.push(`${name}: ${error instanceof Error ? error.message : ''}`);
    }
  };
  return { begun, ended, ask };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('runs that are shared', () => {
  it('begin no sooner than they were asked for, and never two at the same time', async () => {
    const { begun, ended, ask } = scene();
    void ask('first');
    void ask('second');
    void ask('third');
    await turn();
    expect(begun).toHaveLength(1);
    begun[0]?.end();
    await turn();
    expect([begun.length, ended]).toEqual([2, ['first']]);
    void ask('fourth');
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]?.end();
    await turn();
    expect([begun.length, ended]).toEqual([3, ['first', 'second', 'third']]);
    begun[2]?.end();
    await turn();
    expect([begun.length, ended.at(-1)]).toEqual([3, 'fourth']);
  });

  it('fail for those who shared them, and for no others', async () => {
    const { begun, ended, ask } = scene();
    void ask('first');
    void ask('second');
    void ask('third');
    begun[0]?.fail(new Error('late'));
    await turn();
    begun[1]?.fail(new Error('later'));
    await turn();
    expect(ended).toEqual(['first: late', 'second: later', 'third: later']);
    void ask('fourth');
    begun[2]?.end();
    await turn();
    expect(ended.at(-1)).toBe('fourth');
  });

  it('that are asked for as one ends are new ones', async () => {
    const { begun, ended, ask } = scene();
    const first = ask('first').then(() => Promise.all([ask('second'), ask('third')]));
    void ask('waiting');
    begun[0]?.end();
    await turn();
    begun[1]?.end();
    await turn();
    begun[2]?.end();
    await first;
    expect([begun.length, new Set(ended)]).toEqual([3, new Set(['first', 'waiting', 'second', 'third'])]);
  });
});
