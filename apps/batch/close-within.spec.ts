import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { closeWithin } from './close-within.js';

const GRACE_MS = 10_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A worker that takes so long to finish what it has in hand, and then perhaps fails. */
const worker = (ms: number, error?: Error) => ({
  close: () =>
    new Promise<void>((resolve, reject) => {
      setTimeout(() => (error === undefined ? resolve() : reject(error)), ms);
    }),
});

describe('closing a worker within its grace', () => {
  it.each([
    [0, true],
    [GRACE_MS - 1, true],
    [GRACE_MS + 1, false],
    [Infinity, false],
  ])('that needs %d ms is in time: %s', async (ms, inTime) => {
    const endless = { close: () => new Promise<void>(() => undefined) };
    const closing = closeWithin(ms === Infinity ? endless : worker(ms), GRACE_MS);
    await jest.advanceTimersByTimeAsync(GRACE_MS);
    await expect(closing).resolves.toBe(inTime);
  });

  it.each([[undefined], [new Error('late')]])('leaves no timer behind when it is in time with %s', async (error) => {
    const closing = closeWithin(worker(5, error), GRACE_MS);
    const settled = Promise.allSettled([closing]);
    await jest.advanceTimersByTimeAsync(5);
    expect((await settled)[0].status).toBe(error === undefined ? 'fulfilled' : 'rejected');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that fails in time is told', async () => {
    const late = new Error('late');
    const closing = expect(closeWithin(worker(5, late), GRACE_MS)).rejects.toBe(late);
    await jest.advanceTimersByTimeAsync(5);
    await closing;
  });

  it('that fails after its time troubles nobody', async () => {
    const closing = closeWithin(worker(GRACE_MS + 5, new Error('late')), GRACE_MS);
    await jest.advanceTimersByTimeAsync(GRACE_MS);
    await expect(closing).resolves.toBe(false);
    await jest.advanceTimersByTimeAsync(5);
    expect(jest.getTimerCount()).toBe(0);
  });
});
