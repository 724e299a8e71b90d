import type { openDatabase } from '#persistence/database.js';
import { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { OverviewDoorStore } from '#persistence/overview-door-store.js';
import { OverviewStore, type OverviewSlos } from '#persistence/overview-store.js';
import { ReviewLiveStore } from '#persistence/review-live-store.js';
import { ReviewQueueStore } from '#persistence/review-queue-store.js';

import type { LiveOptions, LiveRoutes } from '../live/live-routes.js';
import { LiveOverview } from './live-overview.js';
import { ReadOverview } from './read-overview.js';

export interface OverviewOptions extends LiveOptions {
  readonly slos: OverviewSlos;
}

/** What the routes of the overview need. */
export function startOverview(
  database: Awaited<ReturnType<typeof openDatabase>>,
  { slos, slaMs, idleMs, nowMs, log, places }: OverviewOptions,
): LiveRoutes {
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
