import { describe, expect, it } from '@jest/globals';

import { Cleanup } from './cleanup.js';

describe('tidying up', () => {
  it('undoes the newest first, and everything, and then tells what failed', async () => {
    const cleanup = new Cleanup();
    const undone: string[] = [];
    cleanup.defer(() => void undone.push('folder'));
    cleanup.defer(() => Promise.reject(new Error('the server does not end')));
    cleanup.defer(() => void undone.push('client'));
    await expect(cleanup.run()).rejects.toThrow('the server does not end');
    expect(undone).toEqual(['client', 'folder']);
  });

  it('undoes nothing twice', async () => {
    const cleanup = new Cleanup();
    let times = 0;
    cleanup.defer(() => void (times += 1));
    await cleanup.run();
    await cleanup.run();
    expect(times).toBe(1);
  });
});
