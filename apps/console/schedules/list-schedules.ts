import { Problem } from '#contracts/problems.js';
import { presentSchedules, presentWorker, type ScheduleAnswer, type ScheduleList } from '#contracts/schedule-answer.js';
import { TRAFFIC_CLASSES } from '#moderation/words.js';
import type { BatchWorkerStore } from '#persistence/batch-worker-store.js';
import type { ScheduleStore } from '#persistence/schedule-store.js';

/** What holds where nothing is set, by the settings. */
export interface ScheduleSettings {
  /** 0: measured. */
  readonly batchSize: number;
  readonly batchWindowMs: number;
}

/** When the batches of every class go, and what the batch services make of their time. */
export class ListSchedules {
  constructor(
    private readonly schedules: Pick<ScheduleStore, 'list'>,
    private readonly workers: Pick<BatchWorkerStore, 'list'>,
    private readonly settings: ScheduleSettings,
  ) {}

  async list(): Promise<ScheduleList> {
    const [set, workers] = await Promise.all([this.schedules.list(), this.workers.list()]);
    return { items: presentSchedules(set, this.settings), workers: workers.map(presentWorker) };
  }

  /** Of one class. @throws Problem `not-found` for what is none */
  async of(trafficClass: string): Promise<ScheduleAnswer> {
    const all = presentSchedules(await this.schedules.list(), this.settings);
    const one = all.find((schedule) => schedule.class === trafficClass);
    if (one === undefined) {
      throw new Problem('not-found', `There is no such class; there are ${TRAFFIC_CLASSES.join(', ')}.`);
    }
    return one;
  }
}
