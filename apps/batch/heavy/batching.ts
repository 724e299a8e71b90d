import { randomUUID } from 'node:crypto';

import type { Schedule } from '#moderation/capacity/batch-schedule.js';
import { BatchWorkerStore } from '#persistence/batch-worker-store.js';
import type { openDatabase } from '#persistence/database.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { repeat, type Repeating } from '#persistence/repeat.js';
import { ScheduleStore } from '#persistence/schedule-store.js';
import type { Settings } from '#settings/settings.js';
import { EfficiencyMetrics } from '#telemetry/efficiency-metrics.js';
import type { Logger } from '#telemetry/logger.js';
import { LookMetrics } from '#telemetry/look-metrics.js';
import type { Metrics } from '#telemetry/metrics.js';

import { tryAgain } from '../try-again.js';
import { BatchPace } from './batch-pace.js';
import { followSchedules, schedulesOf } from './follow-schedules.js';
import { HeavyPull } from './heavy-pull.js';
import type { LabelBatch } from './label-batch.js';
import type { HeavyNews } from './make-heavy-tier.js';
import { batchesAtOnce } from './open-local-tier.js';
import { reportEfficiency } from './report-efficiency.js';

export interface BatchingParts {
  readonly database: Awaited<ReturnType<typeof openDatabase>>;
  readonly metrics: Metrics;
  readonly heavy: Settings['heavy'];
  /** How often workers look for themselves. */
  readonly sweepMs: number;
  /** Whether a classifier process is there to take a batch. */
  readonly isWarm: () => boolean;
  readonly log: Logger;
}

/** What of the batch service decides when batches go, and tells what comes of it. */
export class Batching {
  /** For the heavy tier to tell. */
  readonly news: HeavyNews;
  private readonly pace: BatchPace;
  private readonly metrics: EfficiencyMetrics;
  private readonly id = randomUUID();

  constructor(private readonly parts: BatchingParts) {
    const pace = new BatchPace(parts.isWarm);
    const metrics = new EfficiencyMetrics(parts.metrics.registry);
    const looks = new LookMetrics(parts.metrics.registry);
    this.pace = pace;
    this.metrics = metrics;
    this.news = {
      planned: (times) => pace.expect(times),
      opened: (processes) => metrics.opened(processes),
      started: (ms) => {
        pace.started(ms);
        metrics.started(ms);
      },
      scored: (image) => {
        metrics.useful(image.inferenceMs);
        looks.scored(image);
      },
    };
  }

  /** What leases these batches; by the settings, until it follows what is set. */
  pullFor(labelBatch: LabelBatch): HeavyPull {
    const { database, heavy, sweepMs, isWarm, log } = this.parts;
    const { pace, metrics } = this;
    const limits = { leaseMs: heavy.leaseMs, batchesMax: batchesAtOnce(heavy), lookMs: sweepMs };
    const parts = {
      labelBatch,
      pending: new PendingFinalStore(database),
      pace,
      metrics,
      log,
      isReady: isWarm,
      ...limits,
    };
    return new HeavyPull(parts, schedulesOf([], this.otherwise()));
  }

  /** Follows what is set from now on, and reports. */
  start(pull: HeavyPull): Repeating {
    const { database, log } = this.parts;
    const { id, metrics } = this;
    const workers = new BatchWorkerStore(database);
    const batchSize = (): number => this.otherwise().sizeMax;
    const follow = { store: new ScheduleStore(database), pull, otherwise: () => this.otherwise(), log };
    const following = repeat(followSchedules(follow), tryAgain(log, 'schedules'));
    const reporting = repeat(reportEfficiency({ metrics, workers, log, id, batchSize }), tryAgain(log, 'efficiency'));
    return {
      stop: async () => {
        await Promise.all([following.stop(), reporting.stop()]);
      },
    };
  }

  private otherwise(): Schedule {
    const { batchSize, batchWindowMs } = this.parts.heavy;
    return { mode: 'hybrid', sizeMax: batchSize > 0 ? batchSize : this.pace.worth(), waitMs: batchWindowMs };
  }
}
