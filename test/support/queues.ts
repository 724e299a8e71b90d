import { spawnSync } from 'node:child_process';
import { describe, it } from '@jest/globals';
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

const WIPES_MAX = 5;

type OpenQueue = () => Promise<TestQueue>;

const inPostgres: OpenQueue = () =>
  Promise.resolve({
    redisUrl: undefined,
    wipe: async (query) => {
      const statement = `DROP SCHEMA IF EXISTS ${QUEUE_SCHEMA} CASCADE`;
      // services at work may hold what it asks for and ask for what it holds: PostgreSQL ends one of them
      for (let triesLeft = WIPES_MAX; triesLeft > 0; triesLeft -= 1) {
        try {
          await query(statement);
          return;
        } catch (error) {
          if (triesLeft === 1 || !/deadlock/.test(String(error))) throw error;
        }
      }
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
const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;
const SKIPPED = 'skipped: redis-server is not installed';

/** Describes what needs a Redis; where there is none to test with it is passed over, and its name says so. */
export function describeRedis(subject: string, body: () => void): void {
  if (hasRedis) describe(subject, body);
  else describe.skip(`${subject} (${SKIPPED})`, body);
}

/** A single test that needs a Redis. */
export function itInRedis(name: string, test: () => Promise<void>): void {
  if (hasRedis) it(name, test);
  else it.skip(`${name} (${SKIPPED})`, test);
}

/**
 * Describes a subject twice: with the queue in PostgreSQL, and in Redis where there is one to test with. That is for what
 * starts, ends, kills or cuts off a batch service, and for what the queue loses: a bell only wakes, so that nothing else of
 * the product can differ (docs/decisions/0028).
 */
export function describeQueues(subject: string, body: (open: OpenQueue) => void): void {
  describe(`${subject} (queue in PostgreSQL)`, () => body(inPostgres));
  if (hasRedis) describe(`${subject} (queue in Redis)`, () => body(inRedis));
  else describe.skip(`${subject} (queue in Redis: ${SKIPPED})`, () => body(inRedis));
}
