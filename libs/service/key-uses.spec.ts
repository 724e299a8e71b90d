import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { KeyUses } from './key-uses.js';

afterEach(() => {
  jest.useRealTimers();
});

/** What was written, write by write. */
function scene(fails = false): { uses: KeyUses; written: (readonly string[])[] } {
  jest.useFakeTimers();
  const written: (readonly string[])[] = [];
  const uses = new KeyUses((keyIds) => {
    written.push(keyIds);
    return fails ? Promise.reject(new Error('late')) : Promise.resolve();
  });
  return { uses, written };
}

describe('keys that are used', () => {
  it('are written half a minute later, each once', async () => {
    const { uses, written } = scene();
    for (const keyId of ['a', 'b', 'a']) uses.saw(keyId);
    await jest.advanceTimersByTimeAsync(29_999);
    expect(written).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(written).toEqual([['a', 'b']]);
    await jest.advanceTimersByTimeAsync(120_000);
    expect(written).toHaveLength(1);
    uses.saw('a');
    await jest.advanceTimersByTimeAsync(30_000);
    expect(written.slice(1)).toEqual([['a']]);
  });

  it('are written when the service ends, and there is nothing to write twice', async () => {
    const { uses, written } = scene();
    uses.saw('a');
    await uses.flush();
    await uses.flush();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(written).toEqual([['a']]);
  });

  it('and could not be written harm nobody', async () => {
    const { uses, written } = scene(true);
    uses.saw('a');
    await jest.advanceTimersByTimeAsync(30_000);
    uses.saw('b');
    await uses.flush();
    expect(written).toEqual([['a'], ['b']]);
  });
});
