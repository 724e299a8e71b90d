import { Problem } from '#contracts/problems.js';
import { scheduleFaults, type Schedule } from '#moderation/capacity/batch-schedule.js';
import type { ScheduleStore } from '#persistence/schedule-store.js';

import type { ListSchedules } from './list-schedules.js';

/** Changes when the batches of a class go. */
export class SetSchedules {
  constructor(
    private readonly schedules: Pick<ScheduleStore, 'set' | 'clear'>,
    private readonly all: Pick<ListSchedules, 'of'>,
  ) {}

  /** @throws Problem `not-found` for no class, `invalid-request` for a schedule whose numbers make no sense together */
  async set(of: string, schedule: Schedule, changedBy: string): Promise<void> {
    const { class: trafficClass } = await this.all.of(of);
    const errors = scheduleFaults(schedule);
    if (errors.length > 0) throw new Problem('invalid-request', 'The schedule is not set.', { errors });
    await this.schedules.set(trafficClass, schedule, changedBy);
  }

  /** Back to the settings; harmless where nothing was set. @throws Problem `not-found` for no class */
  async clear(of: string): Promise<void> {
    const { class: trafficClass } = await this.all.of(of);
    await this.schedules.clear(trafficClass);
  }
}
