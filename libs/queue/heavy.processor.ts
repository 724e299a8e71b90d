import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Type } from '@nestjs/common';
import type { Job } from 'bullmq';

import type { HeavyJob } from '#contracts/heavy-job.js';

import { queueConnection, type QueuePlace } from './connection.js';
import { HEAVY_QUEUE, HeavyBell } from './heavy-bell.js';

/** Hears the bell for one asset. Resolves when there is nothing left to do; a throw rings again later. */
export interface HeavyListener {
  hear(job: HeavyJob): Promise<void>;
  fault(error: Error): void;
}

export interface HearingOptions {
  /** How many bells are heard at once. */
  readonly concurrency: number;
  /** A worker that does not prolong its lock for this long has lost its job; another one then hears the bell. */
  readonly lockMs: number;
}

/** How often a worker may die over a job: the database counts, and ends it. BullMQ's own is once. */
const DEATHS_MAX = 1_000_000;
/** BullMQ's own is 15 seconds, in which a queue that is back is not heard. */
const AFTER_FAULT_MS = 1_000;

/**
 * A BullMQ worker that hears several bells at once; the listener collects them into batches. What a dead worker had in
 * hand is heard before all that waits.
 */
export function heavyProcessor(
  place: QueuePlace,
  { concurrency, lockMs }: HearingOptions,
  listener: HeavyListener,
): Type<WorkerHost> {
  const connection = queueConnection(place, 'work');
  @Processor(HEAVY_QUEUE, {
    connection,
    concurrency,
    autorun: false,
    lockDuration: lockMs,
    stalledInterval: lockMs / 4,
    maxStalledCount: DEATHS_MAX,
    runRetryDelay: AFTER_FAULT_MS,
  })
  class HeavyProcessor extends WorkerHost {
    constructor(private readonly bell: HeavyBell) {
      super();
    }

    process(job: Job<HeavyJob>): Promise<void> {
      return listener.hear(job.data);
    }

    @OnWorkerEvent('stalled')
    onStalled(jobId: string): void {
      this.bell.moveUp(jobId).catch((error: unknown) => listener.fault(faultOf(error)));
    }

    @OnWorkerEvent('error')
    onError(error: Error): void {
      listener.fault(error);
    }
  }
  return HeavyProcessor;
}

const faultOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
