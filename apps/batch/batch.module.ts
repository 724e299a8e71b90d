import type { DynamicModule, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

import type { QueuePlace } from '#queue/connection.js';
import { queueModule } from '#queue/queue.module.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { HealthController, READINESS, type Readiness } from '#service/health.controller.js';

export interface BatchParts {
  readonly place: QueuePlace;
  readonly processor: Type;
  readonly readiness: Readiness;
}

class BatchModule {}

/** The batch service: a worker of the queue, and no routes but health and metrics. */
export const batchModule = ({ place, processor, readiness }: BatchParts): DynamicModule => ({
  module: BatchModule,
  imports: [queueModule(place)],
  controllers: [HealthController],
  providers: [
    processor,
    { provide: READINESS, useValue: readiness },
    { provide: APP_GUARD, useValue: new ApiKeyGuard(() => Promise.resolve(undefined)) },
  ],
});
