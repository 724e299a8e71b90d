import type { EventEmitter } from 'node:events';
import { Socket } from 'node:net';

import { createPostgresBackend, setDefaultBackendFactory, type QueueOptions } from 'bullmq';

/** Where the queue lives: Redis where `redisUrl` is given, PostgreSQL otherwise. */
export interface QueuePlace {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
}

/** BullMQ's own schema: it may be dropped at any moment, at the cost of delay. */
export const QUEUE_SCHEMA = 'bullmq';

const POSTGRES_POOL_MAX = 10;

/** A connection that stays silent is half-open: it is given up, and another one opened. What the queue asks is short. */
const SILENT_MS_MAX = 5_000;
/** A worker lets Redis answer when there is something to do, or after ten seconds at the latest. */
const WORKER_SILENT_MS_MAX = 15_000;
/** BullMQ's own grows to 20 seconds, in which a queue that is back is neither rung nor heard. */
const RECONNECT_MS = 1_000;

/** The other side of a half-open connection never says goodbye, and BullMQ waits until it has. */
const GOODBYE_MS_MAX = 1_000;

/** A socket that is gone soon after this side has ended it, whatever the other side says. */
function mortalSocket(): Socket {
  const socket = new Socket();
  return socket.once('finish', () => setTimeout(() => socket.destroy(), GOODBYE_MS_MAX).unref());
}

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
    return {
      connectionString: databaseUrl,
      migrate: true,
      max: POSTGRES_POOL_MAX,
      schema: QUEUE_SCHEMA,
      connectionTimeoutMillis: SILENT_MS_MAX,
      query_timeout: SILENT_MS_MAX,
      keepAlive: true,
      stream: mortalSocket,
      // one that is lost while BullMQ prepares its schema has no other listener: the process would end
      onConnect: (client: EventEmitter) => void client.on('error', () => undefined),
    };
  }
  setDefaultBackendFactory();
  const wait = use === 'work';
  const options = {
    enableOfflineQueue: wait,
    maxRetriesPerRequest: wait ? null : 1,
    connectTimeout: SILENT_MS_MAX,
    socketTimeout: wait ? WORKER_SILENT_MS_MAX : SILENT_MS_MAX,
    retryStrategy: () => RECONNECT_MS,
  };
  const { protocol, pathname } = new URL(redisUrl);
  return protocol === 'unix:' ? { path: pathname, ...options } : { url: redisUrl, ...options };
}
