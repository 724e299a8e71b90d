import type { Provider } from '@nestjs/common';

import { dnsResolver } from '#fetching/dns-resolver.js';
import { allow } from '#fetching/url-guard.js';
import type { openDatabase } from '#persistence/database.js';
import { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import { EventStreamStore } from '#persistence/event-stream-store.js';
import { WebhookStore } from '#persistence/webhook-store.js';
import type { Settings } from '#settings/settings.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import { StreamMetrics } from '#telemetry/stream-metrics.js';

import { KeepEndpoints } from '../webhooks/keep-endpoints.js';
import { ReadDeliveries } from '../webhooks/read-deliveries.js';
import { EventFeed } from './event-feed.js';
import { EventStreams } from './event-streams.js';

interface Given {
  readonly settings: Pick<Settings, 'webhooks' | 'fetch'>;
  readonly metrics: Pick<Metrics, 'registry'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** What tells clients what happens: streams, and the endpoints of webhooks. */
export interface ClientEvents {
  readonly providers: Provider[];
  /** Ends all streams at once. */
  stop(): Promise<void>;
}

export function startEvents(
  database: Awaited<ReturnType<typeof openDatabase>>,
  { settings: { fetch, webhooks }, metrics, log }: Given,
): ClientEvents {
  const store = new EventStreamStore(database);
  const onError = (error: unknown): void => log.warn({ err: error }, 'streams of events could not be looked after');
  const feed = new EventFeed(store, { onError });
  const streams = new EventStreams({ feed, store, metrics: new StreamMetrics(metrics.registry), onError });
  feed.start();
  streams.start();
  const endpoints = new WebhookStore(database);
  const allowances = allow(fetch.privateNetworks, fetch.privatePorts);
  const rules = { resolve: dnsResolver(), allowances, httpAllowed: webhooks.httpAllowed };
  return {
    providers: [
      { provide: EventStreams, useValue: streams },
      { provide: KeepEndpoints, useValue: new KeepEndpoints(endpoints, rules) },
      { provide: ReadDeliveries, useValue: new ReadDeliveries(endpoints, new DeliveryLogStore(database)) },
    ],
    stop: () => {
      streams.close();
      return feed.stop();
    },
  };
}
