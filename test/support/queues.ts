import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';
import { Redis } from 'ioredis';
import { QUEUE_SCHEMA } from '#queue/connection.js';
import { redisForTests } from './redis.js';

/** Where a test's queue lives. */
export interface TestQueue {
  /** Undefined: in the product's PostgreSQL. */
  readonly redisUrl: string | undefined;
  /** Loses everything that is in it. @param query runs a statement in the product's database */
  wipe(query: (statement: string) => Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
}

type OpenQueue = () => Promise<TestQueue>;

const inPostgres: OpenQueue = () =>
  Promise.resolve({
    redisUrl: undefined,
    wipe: async (query) => {
      await query(`DROP SCHEMA IF EXISTS ${QUEUE_SCHEMA} CASCADE`);
    },
    stop: () => Promise.resolve(),
  });

const inRedis: OpenQueue = async () => {
  const redis = await redisForTests();
  if ('skipped' in redis) throw new Error(redis.skipped);
  return {
    redisUrl: redis.url,
    wipe: async () => {
      const client = new Redis(redis.url);
      await client.flushall();
      await client.quit();
    },
    stop: () => redis.stop(),
  };
};

/** Whether the Redis half of the tests can run. */
export const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;

/** Describes a subject twice: with the queue in PostgreSQL, and in Redis where there is one to test with. */
export function describeQueues(subject: string, body: (open: OpenQueue) => void): void {
  describe(`${subject} (queue in PostgreSQL)`, () => body(inPostgres));
  if (hasRedis) describe(`${subject} (queue in Redis)`, () => body(inRedis));
  else describe.skip(`${subject} (queue in Redis: skipped: redis-server is not installed)`, () => body(inRedis));
}
