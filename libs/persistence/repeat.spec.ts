import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { repeat } from './repeat.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A step that ends when it is told to, and how often it began. */
function stepping() {
  let began = 0;
  let finish: (restMs: number) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const step = (): Promise<number> => {
    began += 1;
    return new Promise((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
  };
  return { step, began: () => began, finish: (restMs: number) => finish(restMs), fail: (error: Error) => fail(error) };
}

const noError = (error: unknown): never => {
  throw error;
};

/** Whether a promise has ended once everything that is due now has happened. */
async function hasEnded(promise: Promise<void>): Promise<boolean> {
  let ended = false;
  void promise.then(() => (ended = true));
  await jest.advanceTimersByTimeAsync(0);
  return ended;
}

describe('repeated work', () => {
  it('begins at once, rests as long as the step says, and never runs twice at a time', async () => {
    const work = stepping();
    const repeating = repeat(work.step, noError);
    expect(work.began()).toBe(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(work.began()).toBe(1);
    work.finish(100);
    await jest.advanceTimersByTimeAsync(99);
    expect(work.began()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(work.began()).toBe(2);
    work.finish(0);
    await jest.advanceTimersByTimeAsync(0);
    expect(work.began()).toBe(3);
    work.finish(0);
    await repeating.stop();
  });

  it('goes on after a failed step, as long after as its error is worth', async () => {
    const work = stepping();
    const errors: unknown[] = [];
    const repeating = repeat(work.step, (error) => {
      errors.push(error);
      return 1_000;
    });
    const late = new Error('late');
    work.fail(late);
    await jest.advanceTimersByTimeAsync(999);
    expect([errors, work.began()]).toEqual([[late], 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect(work.began()).toBe(2);
    work.finish(0);
    await repeating.stop();
  });
});

describe('waking', () => {
  it('ends a rest', async () => {
    const work = stepping();
    const repeating = repeat(work.step, noError);
    work.finish(600_000);
    await jest.advanceTimersByTimeAsync(0);
    repeating.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect([work.began(), jest.getTimerCount()]).toEqual([2, 0]);
    work.finish(0);
    await repeating.stop();
  });

  it('during a step is remembered for its end, once', async () => {
    const work = stepping();
    const repeating = repeat(work.step, noError);
    repeating.wake();
    repeating.wake();
    work.finish(600_000);
    await jest.advanceTimersByTimeAsync(0);
    expect(work.began()).toBe(2);
    work.finish(600_000);
    await jest.advanceTimersByTimeAsync(599_999);
    expect(work.began()).toBe(2);
    await repeating.stop();
  });
});

describe('stopping', () => {
  it('while it rests ends at once, and nothing begins again', async () => {
    const work = stepping();
    const repeating = repeat(work.step, noError);
    work.finish(600_000);
    await jest.advanceTimersByTimeAsync(0);
    expect(await hasEnded(repeating.stop())).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
    await jest.advanceTimersByTimeAsync(1_200_000);
    expect(work.began()).toBe(1);
  });

  it('during a step waits for its end, but not for the rest after it', async () => {
    const work = stepping();
    const stopped = repeat(work.step, noError).stop();
    expect(await hasEnded(stopped)).toBe(false);
    work.finish(600_000);
    expect(await hasEnded(stopped)).toBe(true);
    expect(work.began()).toBe(1);
  });

  it('during a step that then fails is no different', async () => {
    const work = stepping();
    const stopped = repeat(work.step, () => 600_000).stop();
    work.fail(new Error('late'));
    expect(await hasEnded(stopped)).toBe(true);
    expect(work.began()).toBe(1);
  });

  it('twice is stopping once', async () => {
    const work = stepping();
    const repeating = repeat(work.step, noError);
    work.finish(600_000);
    await jest.advanceTimersByTimeAsync(0);
    expect(await hasEnded(Promise.all([repeating.stop(), repeating.stop()]).then(() => undefined))).toBe(true);
  });
});
