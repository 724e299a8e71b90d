import type { EventStore } from '#persistence/event-store.js';
import type { WebhookMetrics } from '#telemetry/webhook-metrics.js';

/** More at once would let streams wait for as long as it takes. */
const EVENTS_MAX = 500;
const IDLE_MS = 100;

/** One step: gives committed events their place in the order, and makes their deliveries. @returns milliseconds to rest */
export async function orderEvents(
  events: Pick<EventStore, 'order'>,
  metrics: Pick<WebhookMetrics, 'ordered'>,
): Promise<number> {
  const ordered = await events.order(EVENTS_MAX);
  metrics.ordered(ordered);
  return ordered === EVENTS_MAX ? 0 : IDLE_MS;
}
