import type { OutboxStore } from '#persistence/outbox-store.js';
import type { HeavyBell } from '#queue/heavy-bell.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

export interface RelayParts {
  readonly outbox: Pick<OutboxStore, 'relay'>;
  readonly bell: Pick<HeavyBell, 'ring'>;
  readonly metrics: Pick<Metrics, 'bellsRung'>;
  readonly reconciliations: Pick<ReconciliationMetrics, 'hurried'>;
}

/** More at once would hold the transaction open longer than a request may wait. */
const ROWS_MAX = 200;
const IDLE_MS = 100;

/** One step of the relay: rings for committed uploads and what is hurried. @returns milliseconds to rest */
export async function relayStep({ outbox, bell, metrics, reconciliations }: RelayParts): Promise<number> {
  let hurried = 0;
  const relayed = await outbox.relay(ROWS_MAX, (rows) => {
    hurried = rows.filter((row) => row.hurried).length;
    return bell.ring(rows);
  });
  metrics.bellsRung('relay', relayed);
  reconciliations.hurried(hurried);
  return relayed === ROWS_MAX ? 0 : IDLE_MS;
}
