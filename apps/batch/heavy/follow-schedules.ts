import type { Schedule, Schedules } from '#moderation/capacity/batch-schedule.js';
import type { ScheduleStore, SetSchedule } from '#persistence/schedule-store.js';
import type { Logger } from '#telemetry/logger.js';

import type { HeavyPull } from './heavy-pull.js';

/** How long a new schedule may go unnoticed. */
const NOTICED_MS_MAX = 2_000;

export interface FollowParts {
  readonly store: Pick<ScheduleStore, 'list'>;
  readonly pull: Pick<HeavyPull, 'follow'>;
  /** What holds for a class that nothing is set for. */
  readonly otherwise: () => Schedule;
  readonly log: Pick<Logger, 'info'>;
}

/** A step that has batches follow the schedules that are set now. The step returns milliseconds to rest. */
export function followSchedules({ store, pull, otherwise, log }: FollowParts): () => Promise<number> {
  let known = '';
  return async () => {
    const schedules = schedulesOf(await store.list(), otherwise());
    const text = JSON.stringify(schedules);
    if (text !== known) {
      known = text;
      pull.follow(schedules);
      log.info({ schedules }, 'batches go by these schedules');
    }
    return NOTICED_MS_MAX;
  };
}

/** What holds for every class. */
export function schedulesOf(set: readonly SetSchedule[], otherwise: Schedule): Schedules {
  const of = (wanted: SetSchedule['trafficClass']): Schedule => {
    const { mode, sizeMax, waitMs } = set.find(({ trafficClass }) => trafficClass === wanted) ?? otherwise;
    return { mode, sizeMax, waitMs };
  };
  return { urgent: of('urgent'), normal: of('normal'), bulk: of('bulk') };
}
