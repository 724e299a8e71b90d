import type { openDatabase } from '#persistence/database.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { LatenessStore } from '#persistence/lateness-store.js';
import type { Settings } from '#settings/settings.js';
import { FreshnessMetrics } from '#telemetry/freshness-metrics.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';

import { FreshnessWatch } from './watch-freshness.js';

/** What the batch service keeps freshness with. */
export interface Freshness {
  readonly freshness: FreshnessMetrics;
  readonly lateness: LatenessStore;
  readonly freshnessWatch: FreshnessWatch;
}

export function openFreshness(
  database: Awaited<ReturnType<typeof openDatabase>>,
  { registry }: Pick<Metrics, 'registry'>,
  { oldestAlarmMs }: Pick<Settings['batch'], 'oldestAlarmMs'>,
  log: Logger,
): Freshness {
  const freshness = new FreshnessMetrics(registry);
  return {
    freshness,
    lateness: new LatenessStore(database),
    freshnessWatch: new FreshnessWatch({ store: new FreshnessStore(database), freshness, log, oldestAlarmMs }),
  };
}
