import type { LatenessStore } from '#persistence/lateness-store.js';
import type { FreshnessMetrics } from '#telemetry/freshness-metrics.js';
import type { Logger } from '#telemetry/logger.js';

/** More at once would keep finals of the same assets waiting for longer than they take themselves. */
const PAGE = 200;
/** What is promised for a time holds within a second of it. */
const REST_MS = 1_000;

export interface MarkLateParts {
  readonly lateness: Pick<LatenessStore, 'markLate'>;
  readonly freshness: Pick<FreshnessMetrics, 'late'>;
  readonly log: Pick<Logger, 'info'>;
}

/** One step: does what was promised for assets whose final is late. @returns milliseconds to rest */
export async function markLate({ lateness, freshness, log }: MarkLateParts): Promise<number> {
  const late = await lateness.markLate(PAGE);
  for (const { trafficClass, effect } of late) freshness.late(trafficClass, effect);
  if (late.length > 0) {
    const blocked = late.filter(({ effect }) => effect === 'blocked').length;
    log.info({ late: late.length, blocked }, 'finals are late');
  }
  return late.length === PAGE ? 0 : REST_MS;
}
