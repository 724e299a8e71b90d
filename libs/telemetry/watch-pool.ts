import { watchClassifiers } from './classifier-events.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import type { TierUsage } from './tier-usage.js';

interface PoolEvent {
  readonly kind: 'ready' | 'died';
  readonly pid: number | undefined;
  readonly reason?: string;
}

/** What a tier's pool of classifier processes is to tell: counted, logged and metered. */
export interface PoolWatch {
  readonly onEvent: (event: PoolEvent) => void;
  readonly onBusy: (ms: number) => void;
}

/** Counts, logs and meters what the classifier processes of a tier do. */
export function watchPool(usage: TierUsage, metrics: Metrics, log: Logger): PoolWatch {
  const watch = watchClassifiers(metrics, log);
  return {
    onEvent: (event) => {
      watch(event);
      usage.heard(event);
    },
    onBusy: (ms) => {
      metrics.workerBusy(usage.tier, ms);
      usage.busy(ms);
    },
  };
}
