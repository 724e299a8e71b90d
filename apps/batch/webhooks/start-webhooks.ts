import { dnsResolver } from '#fetching/dns-resolver.js';
import { allow } from '#fetching/url-guard.js';
import type { openDatabase } from '#persistence/database.js';
import { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import { DeliveryStore } from '#persistence/delivery-store.js';
import { EventStore } from '#persistence/event-store.js';
import { repeat } from '#persistence/repeat.js';
import type { Settings } from '#settings/settings.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import { WebhookMetrics } from '#telemetry/webhook-metrics.js';

import { tryAgain } from '../try-again.js';
import { DeliverEvents } from './deliver-events.js';
import { orderEvents } from './order-events.js';
import { sendWebhook } from './send-webhook.js';

interface Given {
  readonly settings: Pick<Settings, 'webhooks' | 'fetch' | 'batch'>;
  readonly metrics: Pick<Metrics, 'registry'>;
  readonly log: Logger;
}

/** What a try takes beyond its limit: to be written down, on a machine that has much to do. */
const LEASE_MS_MORE = 5_000;
const FORGET_MS = 60_000;
const FORGOTTEN_AT_ONCE = 1_000;
const LOOK_MS = 10_000;

/** Puts events in order, delivers them to clients' endpoints, and forgets them when they are old; until it is stopped. */
export function startWebhooks(
  database: Awaited<ReturnType<typeof openDatabase>>,
  { settings, metrics: { registry }, log }: Given,
): { stop(): Promise<void> } {
  const { webhooks, fetch, batch } = settings;
  const metrics = new WebhookMetrics(registry);
  const events = new EventStore(database);
  const backlog = new DeliveryLogStore(database);
  const options = {
    resolve: dnsResolver(),
    allowances: allow(fetch.privateNetworks, fetch.privatePorts),
    httpAllowed: webhooks.httpAllowed,
    msMax: webhooks.tryMsMax,
  };
  const deliver = new DeliverEvents({
    store: new DeliveryStore(database),
    send: (delivery, signal) => sendWebhook(delivery, options, signal),
    metrics,
    log,
    leaseMs: webhooks.tryMsMax + LEASE_MS_MORE,
    failingMsMax: webhooks.failingMsMax,
    random: Math.random,
    nowMs: () => performance.now(),
  });
  const forget = async (): Promise<number> => {
    const forgotten = await events.forget(webhooks.eventsKeptMs, FORGOTTEN_AT_ONCE);
    return forgotten === FORGOTTEN_AT_ONCE ? 0 : FORGET_MS;
  };
  const look = async (): Promise<number> => {
    metrics.backlogSeen(await backlog.backlog());
    return LOOK_MS;
  };
  const loops = [
    repeat(() => orderEvents(events, metrics), tryAgain(log, 'events')),
    repeat(() => deliver.step(), tryAgain(log, 'webhooks')),
    repeat(forget, tryAgain(log, 'old events')),
    repeat(look, tryAgain(log, 'webhook backlog')),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await deliver.stop(batch.graceMs).catch((error: unknown) => {
        log.warn(
          { err: error },
          'deliveries in hand could not be handed back; they are tried when their lease has run out',
        );
      });
    },
  };
}
