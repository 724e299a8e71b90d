import { ServiceTimes } from '#inference/batching/service-times.js';
import type { BatchService } from '#moderation/capacity/batch-schedule.js';
import type { ServiceTime } from '#moderation/capacity/batch-size.js';
import { batchWorth } from '#moderation/capacity/batch-worth.js';

/** Where nothing was measured, as on another server. */
const BATCH_UNMEASURED = 8;

/** How long a heavy batch takes, from when it goes to its commit: as it was lately, or as the plan has it at first. */
export class BatchPace {
  private readonly observed = new ServiceTimes([]);
  private planned: readonly ServiceTime[] = [];
  private lastStartMs = 0;

  /** @param isWarm whether a classifier process is there to take a batch */
  constructor(private readonly isWarm: () => boolean) {}

  /** @param times what a run takes in its process, by rising batch */
  expect(times: readonly ServiceTime[]): void {
    this.planned = times;
  }

  /** The batch that is worth its latency by the plan; all runs of the plan fit into a process's memory. */
  worth(): number {
    return this.planned.length === 0 ? BATCH_UNMEASURED : batchWorth(this.planned);
  }

  /** A process became warm after so long. */
  started(ms: number): void {
    this.lastStartMs = ms;
  }

  /** A batch of `count` assets took `ms`. */
  note(count: number, ms: number): void {
    this.observed.note(count, ms);
  }

  service(): BatchService {
    const observed = this.observed.table();
    const times = observed.length > 0 ? observed : this.planned;
    return { times, startupMs: this.isWarm() ? 0 : this.lastStartMs };
  }
}
