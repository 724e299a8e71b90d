import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

import { ApiKeyGuard } from '#service/api-key.guard.js';
import { HealthController, READINESS, type Readiness } from '#service/health.controller.js';
import type { AccessStore } from '#persistence/access-store.js';
import { AssetStore } from '#persistence/asset-store.js';
import { Metrics } from '#telemetry/metrics.js';

import { AssetsController } from './assets/assets.controller.js';
import { SubmitAsset } from './assets/submit-asset.js';

export interface UploadParts {
  readonly submitAsset: SubmitAsset;
  readonly assets: AssetStore;
  readonly access: AccessStore;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
}

class UploadModule {}

/** The upload service's routes around parts that were built before. */
export const uploadModule = ({ submitAsset, assets, access, readiness, metrics }: UploadParts): DynamicModule => ({
  module: UploadModule,
  controllers: [AssetsController, HealthController],
  providers: [
    { provide: SubmitAsset, useValue: submitAsset },
    { provide: AssetStore, useValue: assets },
    { provide: Metrics, useValue: metrics },
    { provide: READINESS, useValue: readiness },
    { provide: APP_GUARD, useValue: new ApiKeyGuard((secret) => access.principal(secret)) },
  ],
});
