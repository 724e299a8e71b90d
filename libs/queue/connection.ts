import { createPostgresBackend, setDefaultBackendFactory, type QueueOptions } from 'bullmq';

/** Where the queue lives: Redis where `redisUrl` is given, PostgreSQL otherwise. */
export interface QueuePlace {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
}

/** BullMQ's own schema: it may be dropped at any moment, at the cost of delay. */
export const QUEUE_SCHEMA = 'bullmq';

const POSTGRES_POOL_MAX = 10;

/**
 * Chooses BullMQ's backend for this process and returns the connection that goes with it.
 *
 * @param use a producer fails at once while Redis is away (its caller tries again); a worker waits for it to come back
 */
export function queueConnection(
  { databaseUrl, redisUrl }: QueuePlace,
  use: 'produce' | 'work',
): QueueOptions['connection'] {
  if (redisUrl === undefined) {
    setDefaultBackendFactory(createPostgresBackend);
    return { connectionString: databaseUrl, migrate: true, max: POSTGRES_POOL_MAX, schema: QUEUE_SCHEMA };
  }
  setDefaultBackendFactory();
  const wait = use === 'work';
  const options = { enableOfflineQueue: wait, maxRetriesPerRequest: wait ? null : 1 };
  const { protocol, pathname } = new URL(redisUrl);
  return protocol === 'unix:' ? { path: pathname, ...options } : { url: redisUrl, ...options };
}
