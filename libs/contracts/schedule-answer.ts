import type { Schedule, ScheduleMode } from '#moderation/capacity/batch-schedule.js';
import { efficiencyOf, type TimeSpent } from '#moderation/capacity/efficiency.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';

/** When the batches of a class go. */
export interface ScheduleAnswer {
  readonly class: TrafficClass;
  readonly mode: ScheduleMode;
  /** Assets of a full batch; null where it is left to measuring: `workers` says what each has found. */
  readonly sizeMax: number | null;
  readonly waitMs: number;
  /** `settings`: nobody has set anything; each batch service goes by its own settings, and these are the reader's. */
  readonly from: 'settings' | 'admin';
  /** Null where it is from the settings. */
  readonly changedBy: string | null;
  /** RFC 3339 in UTC; null where it is from the settings. */
  readonly changedAt: string | null;
}

/** A batch service that runs, and what the time of its classifier processes was in its last five minutes. */
export interface BatchWorkerAnswer extends TimeSpent {
  readonly id: string;
  /** The batch it takes where no schedule is set. */
  readonly batchSize: number;
  /** useful / (useful + startup + idle), 0..1 */
  readonly efficiency: number;
  /** RFC 3339 in UTC. */
  readonly reportedAt: string;
}

export interface ScheduleList {
  readonly items: readonly ScheduleAnswer[];
  readonly workers: readonly BatchWorkerAnswer[];
}

/** What holds where nothing is set. */
interface ScheduleSettings {
  /** 0: measured. */
  readonly batchSize: number;
  readonly batchWindowMs: number;
}

interface SetRow extends Schedule {
  readonly trafficClass: TrafficClass;
  readonly changedBy: string;
  readonly changedAt: Date;
}

interface WorkerRow extends TimeSpent {
  readonly id: string;
  readonly batchSize: number;
  readonly reportedAt: Date;
}

/** Every class, whether something was set for it or not. */
export const presentSchedules = (set: readonly SetRow[], settings: ScheduleSettings): ScheduleAnswer[] =>
  TRAFFIC_CLASSES.map((of) => {
    const row = set.find(({ trafficClass }) => trafficClass === of);
    return row === undefined ? bySettings(of, settings) : byAdmin(row);
  });

export const presentWorker = ({ reportedAt, ...worker }: WorkerRow): BatchWorkerAnswer => ({
  ...worker,
  efficiency: efficiencyOf(worker),
  reportedAt: reportedAt.toISOString(),
});

const bySettings = (of: TrafficClass, { batchSize, batchWindowMs }: ScheduleSettings): ScheduleAnswer => ({
  class: of,
  mode: 'hybrid',
  sizeMax: batchSize > 0 ? batchSize : null,
  waitMs: batchWindowMs,
  from: 'settings',
  changedBy: null,
  changedAt: null,
});

const byAdmin = ({ trafficClass, mode, sizeMax, waitMs, changedBy, changedAt }: SetRow): ScheduleAnswer => ({
  class: trafficClass,
  mode,
  sizeMax,
  waitMs,
  from: 'admin',
  changedBy,
  changedAt: changedAt.toISOString(),
});
