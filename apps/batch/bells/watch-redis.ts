import { repeat } from '#persistence/repeat.js';
import { askRedis, evictionFault, memoryFault, refuseUnfit } from '#queue/redis-fitness.js';
import type { Logger } from '#telemetry/logger.js';

/** A watched Redis. */
export interface RedisWatch {
  /** What is wrong with it, as far as is known; undefined when nothing is. */
  fault(): string | undefined;
  stop(): Promise<void>;
}

const LOOK_MS = 2_000;

/**
 * Looks again and again whether Redis is fit to hold the queue, and says in the log what has changed. A Redis that is
 * away is for others to notice.
 *
 * @throws StartRefused when it would lose jobs
 */
export async function watchRedis(url: string, log: Pick<Logger, 'warn' | 'info'>, ask = askRedis): Promise<RedisWatch> {
  const notice = await refuseUnfit(url, ask);
  if (notice !== undefined) log.warn({ notice }, 'Redis may not be fit for the queue');
  let known: string | undefined;
  const look = async (): Promise<number> => {
    const facts = await ask(url);
    const fault = evictionFault(facts) ?? memoryFault(facts);
    if (fault !== known && fault !== undefined) log.warn({ fault }, 'Redis is not fit for the queue');
    if (fault === undefined && known !== undefined) log.info('Redis is fit for the queue again');
    known = fault;
    return LOOK_MS;
  };
  const looking = repeat(look, () => LOOK_MS);
  return { fault: () => known, stop: () => looking.stop() };
}
