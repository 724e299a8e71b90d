import { randomUUID } from 'node:crypto';

import type { Schedule } from '#moderation/capacity/batch-schedule.js';
import { BatchWorkerStore } from '#persistence/batch-worker-store.js';
import type { openDatabase } from '#persistence/database.js';
import { DeadlineStore } from '#persistence/deadline-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { ScheduleStore } from '#persistence/schedule-store.js';
import type { Settings } from '#settings/settings.js';
import { EfficiencyMetrics } from '#telemetry/efficiency-metrics.js';
import type { Logger } from '#telemetry/logger.js';
import { LookMetrics } from '#telemetry/look-metrics.js';
import type { Metrics } from '#telemetry/metrics.js';

import { tryAgain } from '../loops.js';
import { repeat, type Repeating } from '../repeat.js';
import { BatchPace } from './batch-pace.js';
import { followSchedules, schedulesOf } from './follow-schedules.js';
import { HeavyEar } from './heavy-ear.js';
import type { LabelBatch } from './label-batch.js';
import type { HeavyNews } from './make-heavy-tier.js';
import { batchesAtOnce } from './open-local-tier.js';
import { reportEfficiency } from './report-efficiency.js';

export interface BatchingParts {
  readonly database: Awaited<ReturnType<typeof openDatabase>>;
  readonly metrics: Metrics;
  readonly heavy: Settings['heavy'];
  /** An asset is rung for again this long after it was last rung for, or heard of. */
  readonly dueMs: number;
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

  /** The ear that hears for these batches; by the settings, until it follows what is set. */
  earFor(labelBatch: LabelBatch): HeavyEar {
    const { database, heavy, dueMs, log } = this.parts;
    const stores = { deadlines: new DeadlineStore(database), pending: new PendingFinalStore(database) };
    const batchesMax = batchesAtOnce(heavy);
    const parts = { labelBatch, ...stores, dueMs, pace: this.pace, metrics: this.metrics, log, batchesMax };
    return new HeavyEar(parts, schedulesOf([], this.otherwise()));
  }

  /** Follows what is set from now on, and reports. @param worker hears as many bells at once as that takes */
  start(ear: HeavyEar, worker: { concurrency: number }): Repeating {
    const { database, log } = this.parts;
    const { id, metrics } = this;
    const workers = new BatchWorkerStore(database);
    const batchSize = (): number => this.otherwise().sizeMax;
    const follow = { store: new ScheduleStore(database), ear, otherwise: () => this.otherwise(), worker, log };
    const following = repeat(followSchedules(follow), tryAgain(log, 'schedules'));
    const reporting = repeat(reportEfficiency({ metrics, workers, log, id, batchSize }), tryAgain(log, 'efficiency'));
    const puttingOff = repeat(() => ear.putOff(), tryAgain(log, 'putting off'));
    return {
      stop: async () => {
        await Promise.all([following.stop(), reporting.stop(), puttingOff.stop()]);
      },
    };
  }

  private otherwise(): Schedule {
    const { batchSize, batchWindowMs } = this.parts.heavy;
    return { mode: 'hybrid', sizeMax: batchSize > 0 ? batchSize : this.pace.worth(), waitMs: batchWindowMs };
  }
}
