import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { RedisFacts } from '#queue/redis-fitness.js';

import { watchRedis } from './watch-redis.js';

const MB = 1_048_576;
const FIT: RedisFacts = { policy: 'noeviction', usedBytes: MB, maxBytes: 2 * MB };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A Redis whose facts the test changes, and what the log said of it. */
function scene() {
  const said: string[] = [];
  const log = {
    warn: (_facts: unknown, words?: string) => said.push(words ?? ''),
    info: (words: unknown) => said.push(String(words)),
  };
  const redis: { facts: RedisFacts | Error } = { facts: FIT };
  const ask = (): Promise<RedisFacts> =>
    redis.facts instanceof Error ? Promise.reject(redis.facts) : Promise.resolve(redis.facts);
  return { said, redis, start: () => watchRedis('redis://r', log, ask) };
}

describe('the watch over Redis', () => {
  it('says once that it is full, and once that it is not any more', async () => {
    const { said, redis, start } = scene();
    const watch = await start();
    await jest.advanceTimersByTimeAsync(10_000);
    expect([watch.fault(), said]).toEqual([undefined, []]);
    redis.facts = { ...FIT, usedBytes: 2 * MB };
    await jest.advanceTimersByTimeAsync(10_000);
    expect(watch.fault()).toMatch(/^Redis is full/);
    redis.facts = new Error('away');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(watch.fault()).toMatch(/^Redis is full/);
    redis.facts = FIT;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(watch.fault()).toBeUndefined();
    expect(said).toEqual(['Redis is not fit for the queue', 'Redis is fit for the queue again']);
    await watch.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('refuses one that evicts at start, and reports one that is set so later', async () => {
    const { redis, start } = scene();
    redis.facts = { ...FIT, policy: 'allkeys-lru' };
    await expect(start()).rejects.toMatchObject({ name: 'StartRefused' });
    redis.facts = FIT;
    const watch = await start();
    redis.facts = { ...FIT, policy: 'allkeys-lru' };
    await jest.advanceTimersByTimeAsync(10_000);
    expect(watch.fault()).toMatch(/allkeys-lru/);
    await watch.stop();
  });

  it('starts without one that is away', async () => {
    const { said, redis, start } = scene();
    redis.facts = new Error('away');
    await (await start()).stop();
    expect(said).toEqual(['Redis may not be fit for the queue']);
  });
});
