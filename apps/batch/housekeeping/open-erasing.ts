import type { openDatabase } from '#persistence/database.js';
import { ErasureRetentionStore } from '#persistence/erasure-retention-store.js';
import { ErasureStore } from '#persistence/erasure-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import { ErasureMetrics } from '#telemetry/erasure-metrics.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';

import { FinishErasures } from './finish-erasures.js';
import { SweepRetention } from './sweep-retention.js';

/** What the batch service erases assets with. */
export interface Erasing {
  readonly finishErasures: FinishErasures;
  readonly sweepRetention: SweepRetention;
}

/** @param retentionCaseDays for how much longer than its client's retention an open case keeps an asset */
export function openErasing(
  database: Awaited<ReturnType<typeof openDatabase>>,
  bytes: Pick<AssetBytes, 'remove'>,
  { registry }: Pick<Metrics, 'registry'>,
  log: Logger,
  retentionCaseDays: number,
): Erasing {
  const metrics = new ErasureMetrics(registry);
  return {
    finishErasures: new FinishErasures({ erasures: new ErasureStore(database), bytes, metrics, log }),
    sweepRetention: new SweepRetention({
      retention: new ErasureRetentionStore(database, retentionCaseDays),
      metrics,
      log,
    }),
  };
}
