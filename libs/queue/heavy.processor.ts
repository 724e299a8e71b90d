import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Type } from '@nestjs/common';

import { queueConnection, type QueuePlace } from './connection.js';
import { HEAVY_QUEUE } from './heavy-bell.js';

/** Is told that there may be something to do; it looks into the database. */
export interface HeavyListener {
  hear(): void;
  fault(error: Error): void;
}

/** How long a worker that died over a bell keeps others from hearing the next one. */
const LOCK_MS = 10_000;
/** How often a worker may die over it. BullMQ's own is once. */
const DEATHS_MAX = 1_000_000;
/** BullMQ's own is 15 seconds, in which a queue that is back is not heard. */
const AFTER_FAULT_MS = 1_000;

/** A BullMQ worker that hears the bell, whatever job that is: those that older services left are heard, too. */
export function heavyProcessor(place: QueuePlace, listener: HeavyListener): Type<WorkerHost> {
  const connection = queueConnection(place, 'work');
  @Processor(HEAVY_QUEUE, {
    connection,
    autorun: false,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 4,
    maxStalledCount: DEATHS_MAX,
    runRetryDelay: AFTER_FAULT_MS,
  })
  class HeavyProcessor extends WorkerHost {
    process(): Promise<void> {
      listener.hear();
      return Promise.resolve();
    }

    @OnWorkerEvent('error')
    onError(error: Error): void {
      listener.fault(error);
    }
  }
  return HeavyProcessor;
}
