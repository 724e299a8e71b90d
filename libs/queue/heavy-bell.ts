import { ErrorCode, Queue, type JobsOptions } from 'bullmq';

import { OperationalError } from '#contracts/errors.js';
import type { HeavyJob, Ring } from '#contracts/heavy-job.js';
import type { TrafficClass } from '#moderation/words.js';

import { queueConnection, type QueuePlace } from './connection.js';
import { jobIdOf, readJobId } from './job-id.js';

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

/** Ids that are asked for at once, and at most: as many as hundreds of workers hold. */
const IDS_PAGE = 1_000;
const IDS_MAX = 10_000;

/** A queue that is away may say nothing at all. Whoever rings holds a transaction open meanwhile. */
const ANSWER_MS_MAX = 5_000;

/** The queue is away or was wiped. The outbox and the sweeper ring again. */
export class QueueLate extends OperationalError {
  override readonly name = 'QueueLate';
}

/** Rings for assets that lack a final label. Ringing twice for one asset is ringing once: the job's id says whose it is. */
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

  /**
   * Rings for assets in their turn, and puts the hurried ones before all others of their class, wherever they stand by
   * now: an asset that was rung for before moves up.
   *
   * @throws QueueLate; some of the jobs may have been added, and ringing for all again is harmless
   */
  async ring(rings: readonly Ring[]): Promise<void> {
    const jobs = rings.map(({ assetId, trafficClass, beside = 0 }) => ({
      name: 'label',
      data: { assetId },
      opts: { ...RETRY, jobId: jobIdOf({ assetId, beside }), priority: PRIORITY[trafficClass] },
    }));
    const first = jobs.filter((_, index) => rings[index]?.hurried === true);
    await this.whenThere(async () => {
      await this.queue.addBulk(jobs);
      await Promise.all(first.map(({ opts }) => putFirst(this.queue, opts.jobId, opts.priority)));
    });
  }

  /**
   * Puts a job that waits before all others of its class: it had come to their head before its worker died, and in
   * PostgreSQL BullMQ puts it back behind them.
   *
   * @throws QueueLate
   */
  async moveUp(jobId: string): Promise<void> {
    await this.whenThere(async () => {
      const job = await this.queue.getJob(jobId);
      if (job !== undefined) await putFirst(this.queue, jobId, job.priority);
    });
  }

  /** How many jobs the queue holds: all of them, and those that wait for a worker. @throws QueueLate */
  async holding(): Promise<{ readonly all: number; readonly waiting: number }> {
    const counts = await this.whenThere(() => this.queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active'));
    const waiting = (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0);
    return { all: waiting + (counts['delayed'] ?? 0) + (counts['active'] ?? 0), waiting };
  }

  /**
   * Assets whose job is in a worker's hands or put off, as far as the queue knows: it may think so of a dead worker's for
   * as long as that worker's clock was wrong. With the highest number among an asset's jobs. @throws QueueLate
   */
  async inHand(): Promise<ReadonlyMap<string, number>> {
    const numbers = new Map<string, number>();
    for (let from = 0, page = IDS_PAGE; page >= IDS_PAGE && from < IDS_MAX; from += IDS_PAGE) {
      const ids = await this.whenThere(() => this.queue.getRanges(['active', 'delayed'], from, from + IDS_PAGE - 1));
      for (const { assetId, beside } of ids.flatMap((id) => readJobId(id) ?? [])) {
        numbers.set(assetId, Math.max(beside, numbers.get(assetId) ?? 0));
      }
      page = ids.length;
    }
    return numbers;
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

/** `lifo` is the head of a priority on both backends. A job that has ended by now is no fault. */
async function putFirst(queue: Queue<HeavyJob>, jobId: string, priority: number): Promise<void> {
  try {
    await queue.backend.changePriority(jobId, priority, true);
  } catch (error) {
    if (!hasEnded(error)) throw error;
  }
}

const hasEnded = (error: unknown): boolean =>
  error instanceof Error && Reflect.get(error, 'code') === ErrorCode.JobNotExist;

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
