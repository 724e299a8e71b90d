import type { OutboxStore } from '#persistence/outbox-store.js';
import type { HeavyBell } from '#queue/heavy-bell.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import type { HeavyPull } from '../heavy/heavy-pull.js';

export interface RelayParts {
  readonly outbox: Pick<OutboxStore, 'take'>;
  readonly pull: Pick<HeavyPull, 'wake' | 'hasRoom'>;
  readonly bell: Pick<HeavyBell, 'wake'>;
  readonly metrics: Pick<Metrics, 'bellRung'>;
  readonly reconciliations: Pick<ReconciliationMetrics, 'hurried'>;
}

const ROWS_MAX = 1_000;
const IDLE_MS = 100;
/** Whoever has room looks for work that often without a bell: more of them would only cost. */
const RINGS_APART_MS = 1_000;

/**
 * A step of the relay: wakes this service for what was committed, and where it has its hands full whoever else listens.
 * The step returns milliseconds to rest.
 */
export function relay(
  { outbox, pull, bell, metrics, reconciliations }: RelayParts,
  nowMs: () => number,
): () => Promise<number> {
  let rungAtMs = -Infinity;
  return async () => {
    const { rows, hurried } = await outbox.take(ROWS_MAX);
    if (rows === 0) return IDLE_MS;
    reconciliations.hurried(hurried);
    const isFull = !pull.hasRoom();
    pull.wake();
    if (isFull && nowMs() - rungAtMs >= RINGS_APART_MS) {
      rungAtMs = nowMs();
      await bell.wake();
      metrics.bellRung();
    }
    return rows === ROWS_MAX ? 0 : IDLE_MS;
  };
}
