import { efficiencyOf } from '#moderation/capacity/efficiency.js';
import type { BatchWorkerStore } from '#persistence/batch-worker-store.js';
import type { EfficiencyMetrics } from '#telemetry/efficiency-metrics.js';
import type { Logger } from '#telemetry/logger.js';

const REPORT_MS = 10_000;
/** The log hears of it once a minute. */
const REPORTS_PER_LINE = 6;

export interface EfficiencyParts {
  readonly metrics: Pick<EfficiencyMetrics, 'sample'>;
  readonly workers: Pick<BatchWorkerStore, 'report'>;
  readonly log: Pick<Logger, 'debug'>;
  /** Of this service, for as long as it runs. */
  readonly id: string;
  /** The batch it takes where no schedule is set. */
  readonly batchSize: () => number;
}

/** A step that says what the service makes of its time: to the metrics, the database, the log. It returns milliseconds to rest. */
export function reportEfficiency({ metrics, workers, log, id, batchSize }: EfficiencyParts): () => Promise<number> {
  let reports = 0;
  return async () => {
    const spent = metrics.sample();
    reports += 1;
    if (reports % REPORTS_PER_LINE === 0) {
      log.debug({ ...spent, efficiency: efficiencyOf(spent) }, 'what the last five minutes were used for');
    }
    await workers.report({ id, batchSize: batchSize(), ...spent });
    return REPORT_MS;
  };
}
