import { Queue, type JobsOptions } from 'bullmq';

import { OperationalError } from '#contracts/errors.js';
import type { HeavyJob, Ring } from '#contracts/heavy-job.js';
import type { TrafficClass } from '#moderation/words.js';

import { queueConnection, type QueuePlace } from './connection.js';

export const HEAVY_QUEUE = 'heavy';

/** BullMQ serves low numbers first. */
const PRIORITY: Readonly<Record<TrafficClass, number>> = { urgent: 1, normal: 5, bulk: 10 };

/**
 * A retry is BullMQ's doing, 3 attempts with exponential back-off and jitter; whether there is anything left to do is
 * the database's word. Ended jobs are removed, so that the same id can ring again.
 */
const RETRY: JobsOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
};

/** The queue is away or was wiped. The outbox and the sweeper ring again. */
export class QueueLate extends OperationalError {
  override readonly name = 'QueueLate';
}

/** Rings for assets that lack a final label. Ringing twice for one asset is ringing once: the job's id is the asset's. */
export class HeavyBell {
  constructor(
    private readonly queue: Queue<HeavyJob>,
    private readonly place: QueuePlace,
  ) {}

  /** @throws QueueLate; some of the jobs may have been added, and ringing for all again is harmless */
  async ring(rings: readonly Ring[]): Promise<void> {
    const jobs = rings.map(({ assetId, trafficClass }) => ({
      name: 'label',
      data: { assetId },
      opts: { ...RETRY, jobId: assetId, priority: PRIORITY[trafficClass] },
    }));
    await this.whenThere(() => this.queue.addBulk(jobs));
  }

  /** How many jobs the queue holds: all of them, and those that wait for a worker. @throws QueueLate */
  async holding(): Promise<{ readonly all: number; readonly waiting: number }> {
    const counts = await this.whenThere(() => this.queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active'));
    const waiting = (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0);
    return { all: waiting + (counts['delayed'] ?? 0) + (counts['active'] ?? 0), waiting };
  }

  /** After a fault, makes what was wiped anew: opening a queue brings BullMQ's schema back. */
  private async whenThere<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.restore().catch(() => undefined);
      throw new QueueLate('the queue did not answer', { cause: error });
    }
  }

  private async restore(): Promise<void> {
    if (this.place.redisUrl !== undefined) return;
    const opened = openHeavyQueue(this.place);
    opened.on('error', () => undefined);
    try {
      await opened.waitUntilReady();
    } finally {
      await opened.close();
    }
  }
}

/** A producer's end of the queue. */
export function openHeavyQueue(place: QueuePlace): Queue<HeavyJob> {
  return new Queue<HeavyJob>(HEAVY_QUEUE, { connection: queueConnection(place, 'produce') });
}
