import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { atMost, closeWithin } from './close-within.js';

const GRACE_MS = 10_000;
const busy = (): boolean => true;
const idle = (): boolean => false;

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
const endless = { close: () => new Promise<void>(() => undefined) };

describe('closing a worker within its grace', () => {
  it.each([
    [0, true],
    [GRACE_MS - 1, true],
    [GRACE_MS + 1, false],
    [Infinity, false],
  ])('that needs %d ms is in time: %s', async (ms, inTime) => {
    const closing = closeWithin(ms === Infinity ? endless : worker(ms), GRACE_MS, busy);
    await jest.advanceTimersByTimeAsync(GRACE_MS);
    await expect(closing).resolves.toBe(inTime);
  });

  it('that has nothing in hand and does not end is given up soon', async () => {
    const closing = closeWithin(endless, GRACE_MS, idle);
    await jest.advanceTimersByTimeAsync(1_500);
    await expect(closing).resolves.toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that has something in hand until shortly before is not', async () => {
    let ended = false;
    const hand = { full: true };
    setTimeout(() => (hand.full = false), 4_000);
    const closing = closeWithin(endless, GRACE_MS, () => hand.full).then((value) => {
      ended = true;
      return value;
    });
    await jest.advanceTimersByTimeAsync(5_300);
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(300);
    await expect(closing).resolves.toBe(false);
  });

  it('has no time at all with a grace of 0', async () => {
    const closing = closeWithin(endless, 0, busy);
    await jest.advanceTimersByTimeAsync(0);
    await expect(closing).resolves.toBe(false);
  });

  it.each([[undefined], [new Error('late')]])('leaves no timer behind when it is in time with %s', async (error) => {
    const closing = closeWithin(worker(5, error), GRACE_MS, busy);
    const settled = Promise.allSettled([closing]);
    await jest.advanceTimersByTimeAsync(5);
    expect((await settled)[0].status).toBe(error === undefined ? 'fulfilled' : 'rejected');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that fails in time is told', async () => {
    const late = new Error('late');
    const closing = expect(closeWithin(worker(5, late), GRACE_MS, busy)).rejects.toBe(late);
    await jest.advanceTimersByTimeAsync(5);
    await closing;
  });

  it('that fails after its time troubles nobody', async () => {
    const closing = closeWithin(worker(GRACE_MS + 5, new Error('late')), GRACE_MS, busy);
    await jest.advanceTimersByTimeAsync(GRACE_MS);
    await expect(closing).resolves.toBe(false);
    await jest.advanceTimersByTimeAsync(5);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('waiting for what may hang', () => {
  it.each([
    [4, true],
    [6, false],
  ])('that takes %d ms of five is done: %s', async (ms, done) => {
    const waiting = atMost(5, worker(ms).close());
    await jest.advanceTimersByTimeAsync(5);
    await expect(waiting).resolves.toBe(done);
  });

  it('tells what failed in time, and leaves no timer', async () => {
    const late = new Error('late');
    const waiting = expect(atMost(5, worker(2, late).close())).rejects.toBe(late);
    await jest.advanceTimersByTimeAsync(2);
    await waiting;
    expect(jest.getTimerCount()).toBe(0);
  });
});
