import { Redis } from 'ioredis';

import { StartRefused } from '#contracts/errors.js';

import { QueueLate } from './heavy-bell.js';

/** What a Redis server says of itself, as far as the queue depends on it; undefined where it does not tell. */
export interface RedisFacts {
  /** What it does when its memory is full. */
  readonly policy: string | undefined;
  readonly usedBytes: number | undefined;
  /** 0: as much as there is. */
  readonly maxBytes: number | undefined;
}

/** A Redis that is away shall not hold up a start. */
const ANSWER_MS_MAX = 3_000;
const MEGABYTE = 1_048_576;

/**
 * Asks a Redis server what it is set to. `INFO` tells it where `CONFIG` is forbidden, as it is on rented servers.
 *
 * @throws QueueLate when it does not answer in time
 */
export async function askRedis(url: string): Promise<RedisFacts> {
  const { protocol, pathname } = new URL(url);
  const options = {
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: ANSWER_MS_MAX,
    commandTimeout: ANSWER_MS_MAX,
    retryStrategy: () => null,
  };
  const client = protocol === 'unix:' ? new Redis(pathname, options) : new Redis(url, options);
  // whoever asks is told
  client.on('error', () => undefined);
  try {
    await client.connect();
    return factsOf(await client.info('memory').catch(silentIfForbidden));
  } catch (error) {
    throw new QueueLate('Redis did not answer', { cause: error });
  } finally {
    client.disconnect();
  }
}

/**
 * What makes a Redis unfit to hold the queue, and what to set; undefined for one that is fit, or does not tell.
 * One that evicts drops jobs when its memory is full. Workers then look for themselves, a second late.
 */
export function evictionFault({ policy }: RedisFacts): string | undefined {
  if (policy === undefined || policy === 'noeviction') return undefined;
  return `Redis drops jobs when its memory is full (maxmemory-policy ${policy}): set maxmemory-policy to noeviction`;
}

/** What is said of a Redis that takes no more jobs; undefined while it does. Uploads go on meanwhile. */
export function memoryFault({ usedBytes, maxBytes }: RedisFacts): string | undefined {
  if (usedBytes === undefined || maxBytes === undefined || maxBytes === 0 || usedBytes < maxBytes) return undefined;
  const max = Math.round(maxBytes / MEGABYTE);
  return `Redis is full (maxmemory ${max} MB) and takes no more jobs: raise maxmemory, or free memory`;
}

/**
 * Refuses a Redis that would lose jobs. One that is away, or does not tell, is no reason not to start.
 *
 * @returns what an operator should know; undefined when all is well
 * @throws StartRefused with what to set
 */
export async function refuseUnfit(url: string, ask = askRedis): Promise<string | undefined> {
  let facts: RedisFacts;
  try {
    facts = await ask(url);
  } catch {
    return 'Redis does not answer; what it is set to will be checked when it does';
  }
  const fault = evictionFault(facts);
  if (fault !== undefined) throw new StartRefused(fault);
  if (facts.policy === undefined) return 'Redis does not tell its maxmemory-policy: see that it is noeviction';
  return memoryFault(facts);
}

function silentIfForbidden(error: unknown): string {
  if (error instanceof Error && /^(NOPERM|ERR unknown command)/.test(error.message)) return '';
  throw error;
}

function factsOf(info: string): RedisFacts {
  const fields = new Map(info.split('\r\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 1)]));
  const bytes = (name: string): number | undefined => {
    const text = fields.get(name);
    return text === undefined ? undefined : Number(text);
  };
  return { policy: fields.get('maxmemory_policy'), usedBytes: bytes('used_memory'), maxBytes: bytes('maxmemory') };
}
