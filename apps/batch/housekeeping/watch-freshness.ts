import type { FreshnessStore } from '#persistence/freshness-store.js';
import type { FreshnessMetrics } from '#telemetry/freshness-metrics.js';
import type { Logger } from '#telemetry/logger.js';

const REST_MS = 10_000;

export interface WatchFreshnessParts {
  readonly store: Pick<FreshnessStore, 'backlog'>;
  readonly freshness: Pick<FreshnessMetrics, 'backlogSeen' | 'oldestAlarm'>;
  readonly log: Pick<Logger, 'warn'>;
  /** An asset that waits longer for its final is an alarm. */
  readonly oldestAlarmMs: number;
}

/** Looks at what waits for a final: shows it, and says once when the oldest has waited too long, and once when none has. */
export class FreshnessWatch {
  private alarmed = false;

  constructor(private readonly parts: WatchFreshnessParts) {}

  /** @returns milliseconds until the next look @throws DatabaseLate; what was shown before still is */
  async look(): Promise<number> {
    const { store, freshness, log, oldestAlarmMs } = this.parts;
    const backlog = await store.backlog();
    const oldestMs = Math.max(0, ...backlog.classes.map((waiting) => waiting.oldestMs ?? 0));
    const alarmed = oldestMs > oldestAlarmMs;
    freshness.backlogSeen(backlog);
    freshness.oldestAlarm(alarmed);
    if (alarmed !== this.alarmed) {
      const { waiting, backlogSeconds } = backlog;
      const said = alarmed
        ? 'the oldest asset without a final has waited too long'
        : 'no asset has waited too long for its final any more';
      log.warn({ oldestMs: Math.round(oldestMs), oldestAlarmMs, waiting, backlogSeconds }, said);
      this.alarmed = alarmed;
    }
    return REST_MS;
  }
}
