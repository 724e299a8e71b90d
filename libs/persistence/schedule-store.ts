import type { DataSource } from 'typeorm';

import type { Schedule } from '#moderation/capacity/batch-schedule.js';
import type { TrafficClass } from '#moderation/words.js';

import { withDatabase } from './errors.js';

/** A schedule that an admin has set; it holds in place of the settings of the batch services. */
export interface SetSchedule extends Schedule {
  readonly trafficClass: TrafficClass;
  readonly changedBy: string;
  readonly changedAt: Date;
}

const COLUMNS = `traffic_class AS "trafficClass", mode, size_max AS "sizeMax", wait_ms AS "waitMs",
  changed_by AS "changedBy", changed_at AS "changedAt"`;

/** When the batches of a traffic class go, changeable while the batch services run. */
export class ScheduleStore {
  constructor(private readonly database: DataSource) {}

  /** What was set, a class at most once. */
  list(): Promise<SetSchedule[]> {
    return withDatabase(() => this.database.query<SetSchedule[]>(`SELECT ${COLUMNS} FROM batch_schedule`));
  }

  /** Nobody else sets one until the transaction ends that this is in: what is read now is what is changed. */
  async hold(): Promise<void> {
    await withDatabase(() => this.database.query(`LOCK TABLE batch_schedule IN SHARE ROW EXCLUSIVE MODE`));
  }

  /** Sets the schedule of a class; the last one to do so wins. */
  async set(trafficClass: TrafficClass, { mode, sizeMax, waitMs }: Schedule, changedBy: string): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `INSERT INTO batch_schedule (traffic_class, mode, size_max, wait_ms, changed_by, changed_at)
         VALUES ($1, $2, $3, $4, $5, now())
         ON CONFLICT (traffic_class) DO UPDATE
         SET mode = $2, size_max = $3, wait_ms = $4, changed_by = $5, changed_at = now()`,
        [trafficClass, mode, sizeMax, waitMs, changedBy],
      ),
    );
  }

  /** Back to the settings of the batch services; harmless where nothing was set. */
  async clear(trafficClass: TrafficClass): Promise<void> {
    await withDatabase(() =>
      this.database.query(`DELETE FROM batch_schedule WHERE traffic_class = $1`, [trafficClass]),
    );
  }
}
