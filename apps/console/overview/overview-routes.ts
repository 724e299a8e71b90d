import type { Provider } from '@nestjs/common';

import type { openDatabase } from '#persistence/database.js';
import { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { OverviewDoorStore } from '#persistence/overview-door-store.js';
import { OverviewStore, type OverviewSlos } from '#persistence/overview-store.js';
import { ReviewLiveStore } from '#persistence/review-live-store.js';
import { ReviewQueueStore } from '#persistence/review-queue-store.js';
import type { Logger } from '#telemetry/logger.js';

import type { StreamPlaces } from '../live/stream-places.js';
import { LiveOverview } from './live-overview.js';
import { ReadOverview } from './read-overview.js';

export interface OverviewOptions {
  readonly slos: OverviewSlos;
  readonly slaMs: number;
  /** After which a session without requests has ended. */
  readonly idleMs: number;
  readonly nowMs: () => number;
  readonly log: Pick<Logger, 'warn'>;
  readonly places: StreamPlaces;
}

/** What the routes of the overview need. */
export interface OverviewRoutes {
  readonly providers: readonly Provider[];
  /** Ends all streams at once. */
  stop(): Promise<void>;
}

export function startOverview(
  database: Awaited<ReturnType<typeof openDatabase>>,
  { slos, slaMs, idleMs, nowMs, log, places }: OverviewOptions,
): OverviewRoutes {
  const reading = new ReadOverview({
    overview: new OverviewStore(database, slos),
    doors: new OverviewDoorStore(database),
    freshness: new FreshnessStore(database),
    deliveries: new DeliveryLogStore(database),
    queue: new ReviewQueueStore(database),
    slos,
    slaMs,
    nowMs,
  });
  const listening = new ReviewLiveStore(database, idleMs);
  const live = new LiveOverview({
    read: (window) => reading.read(window),
    nowMs: () => performance.now(),
    places,
    listeners: (ids) => listening.listeners(ids),
    onError: (err) => log.warn({ err }, 'figures could not be read for those who look at the overview'),
  });
  live.start();
  return { providers: [{ provide: LiveOverview, useValue: live }], stop: () => live.stop() };
}
