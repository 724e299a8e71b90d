import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

import type { AccessStore } from '#persistence/access-store.js';
import { AssetStore } from '#persistence/asset-store.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { HealthController, READINESS, type Readiness } from '#service/health.controller.js';
import { Metrics } from '#telemetry/metrics.js';

import { AssetsController } from './assets/assets.controller.js';
import { SubmitAsset } from './assets/submit-asset.js';
import type { FastTier } from './fast-tier/fast-tier.js';
import { fastTierBackend } from './fast-tier/oip-fast-tier.js';
import { OIP_CONTROLLERS, oipProviders } from './inference/oip-routes.js';
import { CURRENT_PLAN, PlanController } from './plan/plan.controller.js';

export interface UploadParts {
  readonly submitAsset: SubmitAsset;
  readonly tier: FastTier;
  readonly sloMs: number;
  readonly assets: AssetStore;
  readonly access: AccessStore;
  readonly readiness: Readiness;
}

class UploadModule {}

/** The upload service's routes around parts that were built before. */
export const uploadModule = ({ submitAsset, tier, sloMs, assets, access, readiness }: UploadParts): DynamicModule => ({
  module: UploadModule,
  controllers: [AssetsController, PlanController, ...OIP_CONTROLLERS, HealthController],
  providers: [
    { provide: SubmitAsset, useValue: submitAsset },
    { provide: AssetStore, useValue: assets },
    { provide: Metrics, useValue: readiness.metrics },
    { provide: READINESS, useValue: readiness },
    { provide: APP_GUARD, useValue: new ApiKeyGuard((secret) => access.principal(secret)) },
    { provide: CURRENT_PLAN, useValue: () => tier.plan },
    ...oipProviders(fastTierBackend(tier, sloMs, (reason) => readiness.metrics.shed('oip', reason))),
  ],
});
