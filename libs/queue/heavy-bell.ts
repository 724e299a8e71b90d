import { Queue, type JobsOptions } from 'bullmq';

import { OperationalError } from '#contracts/errors.js';
import type { HeavyJob } from '#contracts/heavy-job.js';

import { queueConnection, type QueuePlace } from './connection.js';

export const HEAVY_QUEUE = 'heavy';

/** One in the queue is enough: whoever hears it looks at all that waits. An ended one is removed, so that it can ring again. */
const ONCE: JobsOptions = { jobId: 'wake', removeOnComplete: true, removeOnFail: true };

/** A queue that is away may say nothing at all. */
const ANSWER_MS_MAX = 5_000;

/** The queue is away or was wiped. Workers look for themselves meanwhile. */
export class QueueLate extends OperationalError {
  override readonly name = 'QueueLate';
}

/** Wakes a worker that listens: there may be something to do. Ringing twice before it is heard is ringing once. */
export class HeavyBell {
  private reopened: Queue<HeavyJob> | undefined;
  private restoring: Promise<void> | undefined;

  constructor(
    private readonly given: Queue<HeavyJob>,
    private readonly place: QueuePlace,
  ) {
    silence(given);
  }

  private get queue(): Queue<HeavyJob> {
    return this.reopened ?? this.given;
  }

  /** @throws QueueLate */
  async wake(): Promise<void> {
    await this.whenThere(() => this.queue.add('wake', {}, ONCE));
  }

  /** How many wake-ups nobody has heard yet: one at most of this release. @throws QueueLate */
  async waiting(): Promise<number> {
    const counts = await this.whenThere(() => this.queue.getJobCounts('waiting', 'prioritized', 'delayed'));
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** After a fault, makes what was wiped anew: opening a queue brings BullMQ's schema back. */
  private async whenThere<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await inTime(work());
    } catch (error) {
      this.restoring ??= this.restore().finally(() => (this.restoring = undefined));
      await inTime(this.restoring).catch(() => undefined);
      throw new QueueLate('the queue did not answer', { cause: error });
    }
  }

  private async restore(): Promise<void> {
    if (this.place.redisUrl !== undefined) return;
    const opened = openHeavyQueue(this.place);
    silence(opened);
    try {
      await opened.waitUntilReady();
    } catch (error) {
      await opened.close();
      throw error;
    }
    // a queue whose first connection failed says so for ever
    await this.reopened?.close();
    this.reopened = opened;
  }

  /** Closes what it has opened itself. Nest calls it when the service ends. */
  async onModuleDestroy(): Promise<void> {
    await this.reopened?.close();
  }
}

/** A producer's end of the queue. */
export function openHeavyQueue(place: QueuePlace): Queue<HeavyJob> {
  return new Queue<HeavyJob>(HEAVY_QUEUE, { connection: queueConnection(place, 'produce') });
}

/** Whoever rings is told of faults; BullMQ would write them to the terminal too. */
const silence = (queue: Queue<HeavyJob>): unknown => queue.on('error', () => undefined);

/** @throws Error when the queue has not answered in time; what was asked may still happen */
function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
