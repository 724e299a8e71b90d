import type { Provider } from '@nestjs/common';

import type { LiveQueue as QueueState } from '#contracts/review-answer.js';
import type { openDatabase } from '#persistence/database.js';
import { ReviewLiveStore } from '#persistence/review-live-store.js';
import { ReviewQueueStore } from '#persistence/review-queue-store.js';
import type { Logger } from '#telemetry/logger.js';

import { countAll, NOBODY } from '../reviews/list-reviews.js';
import { LiveQueue } from './live-queue.js';
import type { StreamPlaces } from './stream-places.js';

export interface LiveOptions {
  readonly slaMs: number;
  /** After which a session without requests has ended. */
  readonly idleMs: number;
  readonly nowMs: () => number;
  readonly log: Pick<Logger, 'warn'>;
  readonly places: StreamPlaces;
}

/** What tells pages that the queue has changed. */
export interface LiveRoutes {
  readonly providers: readonly Provider[];
  /** Ends all streams at once. */
  stop(): Promise<void>;
}

export function startLive(
  database: Awaited<ReturnType<typeof openDatabase>>,
  { slaMs, idleMs, nowMs, log, places }: LiveOptions,
): LiveRoutes {
  const queue = new ReviewQueueStore(database);
  const store = new ReviewLiveStore(database, idleMs);
  const look = async (): Promise<QueueState> => {
    const atMs = nowMs();
    const counts = await countAll(queue, atMs, slaMs);
    return { counts, head: (await queue.head({ who: NOBODY, nowMs: atMs })) ?? null };
  };
  const live = new LiveQueue({
    look,
    listeners: (ids) => store.listeners(ids),
    places,
    onError: (err) => log.warn({ err }, 'the queue could not be looked at for those who listen'),
  });
  live.start();
  return { providers: [{ provide: LiveQueue, useValue: live }], stop: () => live.stop() };
}
