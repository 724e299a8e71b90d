import { BullModule, getQueueToken } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import type { Queue } from 'bullmq';

import type { HeavyJob } from '#contracts/heavy-job.js';

import { queueConnection, type QueuePlace } from './connection.js';
import { HEAVY_QUEUE, HeavyBell } from './heavy-bell.js';

class QueueModule {}

/** The bell, and BullMQ's host for whatever processor its importer provides. */
export function queueModule(place: QueuePlace): DynamicModule {
  return {
    module: QueueModule,
    imports: [BullModule.registerQueue({ name: HEAVY_QUEUE, connection: queueConnection(place, 'produce') })],
    providers: [
      {
        provide: HeavyBell,
        useFactory: (queue: Queue<HeavyJob>) => new HeavyBell(queue, place),
        inject: [getQueueToken(HEAVY_QUEUE)],
      },
    ],
    exports: [HeavyBell],
  };
}
