import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { readAnew } from './read-anew.js';

const LONG_MS = 10_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('reading anew', () => {
  it('lets a reading end that is under way, and reads once more for all that changed meanwhile', async () => {
    const ends: (() => void)[] = [];
    const reading = readAnew(() => new Promise<void>((resolve) => void ends.push(resolve)));
    reading.ask();
    reading.ask();
    await jest.advanceTimersByTimeAsync(LONG_MS);
    expect(ends).toHaveLength(1);
    for (let change = 0; change < 5; change += 1) reading.ask();
    await jest.advanceTimersByTimeAsync(LONG_MS);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await jest.advanceTimersByTimeAsync(LONG_MS);
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await jest.advanceTimersByTimeAsync(LONG_MS);
    expect(ends).toHaveLength(2);
    reading.ask();
    reading.end();
    await jest.advanceTimersByTimeAsync(LONG_MS);
    expect(ends).toHaveLength(2);
  });
});
