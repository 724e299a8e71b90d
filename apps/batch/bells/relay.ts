import type { OutboxStore } from '#persistence/outbox-store.js';
import type { HeavyBell } from '#queue/heavy-bell.js';
import type { Metrics } from '#telemetry/metrics.js';

/** More at once would hold the transaction open longer than a request may wait. */
const ROWS_MAX = 200;
const IDLE_MS = 100;

/** One step of the relay: rings for committed uploads. @returns milliseconds to rest */
export async function relayStep(outbox: OutboxStore, bell: HeavyBell, metrics: Metrics): Promise<number> {
  const relayed = await outbox.relay(ROWS_MAX, (rows) => bell.ring(rows));
  metrics.bellsRung('relay', relayed);
  return relayed === ROWS_MAX ? 0 : IDLE_MS;
}
