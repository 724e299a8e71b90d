import type { Provider } from '@nestjs/common';

import { BatchWorkerStore } from '#persistence/batch-worker-store.js';
import type { openDatabase } from '#persistence/database.js';
import { ScheduleStore } from '#persistence/schedule-store.js';

import { ListSchedules, type ScheduleSettings } from './list-schedules.js';
import { SetSchedules } from './set-schedules.js';

/** What the routes of the schedules need. @param settings what holds where nothing is set */
export function scheduleProviders(
  database: Awaited<ReturnType<typeof openDatabase>>,
  settings: ScheduleSettings,
): Provider[] {
  const schedules = new ScheduleStore(database);
  const list = new ListSchedules(schedules, new BatchWorkerStore(database), settings);
  return [
    { provide: ListSchedules, useValue: list },
    { provide: SetSchedules, useValue: new SetSchedules(schedules, list) },
  ];
}
