import type { DynamicModule, Provider } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';

import type { AccessStore } from '#persistence/access-store.js';
import { AssetStore } from '#persistence/asset-store.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { HealthController, READINESS, type Readiness } from '#service/health.controller.js';
import { ReferenceFiles } from '#service/reference/reference-files.js';
import { Metrics } from '#telemetry/metrics.js';

import { AssetsController } from './assets/assets.controller.js';
import { EraseAsset } from './assets/erase-asset.js';
import { EraseAssetController } from './assets/erase-asset.controller.js';
import { SubmitAsset } from './assets/submit-asset.js';
import { BatchesController } from './batches/batches.controller.js';
import { SubmitBatch } from './batches/submit-batch.js';
import { EventsController } from './events/events.controller.js';
import type { FastTier } from './fast-tier/fast-tier.js';
import type { ImageFetching } from './fetching/fetch-image.js';
import { UploadSources } from './fetching/upload-sources.js';
import { fastTierBackend } from './fast-tier/oip-fast-tier.js';
import { OIP_CONTROLLERS, oipProviders } from './inference/oip-routes.js';
import type { ClientTurns } from './limits/client-turns.js';
import { AdmittedInterceptor } from './limits/admitted.interceptor.js';
import { InTurnInterceptor } from './limits/in-turn.interceptor.js';
import { MeteredGuard } from './limits/metered.guard.js';
import type { ClientMeter } from './limits/open-limits.js';
import { CURRENT_PLAN, PlanController } from './plan/plan.controller.js';
import { ReferenceController } from './reference/reference.controller.js';
import { DeliveriesController } from './webhooks/deliveries.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

export interface UploadParts {
  readonly submitAsset: SubmitAsset;
  readonly eraseAsset: EraseAsset;
  readonly fetching: ImageFetching;
  readonly tier: FastTier;
  readonly sloMs: number;
  readonly assets: AssetStore;
  readonly access: AccessStore;
  /** What clients may send. */
  readonly meter: ClientMeter;
  /** Of what clients ask beside uploads. */
  readonly turns: ClientTurns;
  readonly readiness: Readiness;
  /** Of events, streams and webhooks. */
  readonly events: readonly Provider[];
  /** Of batches. */
  readonly bulk: readonly Provider[];
  /** Of the API; undefined: it is not shown. */
  readonly reference: ReferenceFiles | undefined;
}

/** Every route of the service. */
export const UPLOAD_CONTROLLERS = [
  AssetsController,
  EraseAssetController,
  BatchesController,
  EventsController,
  WebhooksController,
  DeliveriesController,
  PlanController,
  ReferenceController,
  ...OIP_CONTROLLERS,
  HealthController,
];

class UploadModule {}

/** The upload service's routes around parts that were built before. */
export const uploadModule = ({
  submitAsset,
  eraseAsset,
  fetching,
  tier,
  sloMs,
  assets,
  access,
  meter,
  turns,
  readiness,
  events,
  bulk,
  reference,
}: UploadParts): DynamicModule => ({
  module: UploadModule,
  controllers: UPLOAD_CONTROLLERS.filter((one) => one !== ReferenceController || reference !== undefined),
  providers: [
    { provide: SubmitAsset, useValue: submitAsset },
    { provide: EraseAsset, useValue: eraseAsset },
    { provide: UploadSources, useValue: new UploadSources(fetching) },
    { provide: AssetStore, useValue: assets },
    { provide: Metrics, useValue: readiness.metrics },
    { provide: READINESS, useValue: readiness },
    {
      provide: APP_GUARD,
      useValue: new ApiKeyGuard(
        (secret) => access.principal(secret),
        (keyIds) => access.keysUsed(keyIds),
      ),
    },
    {
      provide: APP_GUARD,
      inject: [SubmitAsset, SubmitBatch],
      useFactory: (assets: SubmitAsset, batches: SubmitBatch) =>
        new MeteredGuard({
          ...meter,
          refused: (sent, why) => {
            if (sent === 'images') readiness.metrics.shed('oip', why);
            // batches that are accepted are not counted among uploads
            else if (sent === 'assets') readiness.metrics.uploadAnswered(why);
          },
          takers: { assets, batches },
        }),
    },
    { provide: APP_INTERCEPTOR, useClass: AdmittedInterceptor },
    { provide: APP_INTERCEPTOR, useValue: new InTurnInterceptor(turns) },
    { provide: CURRENT_PLAN, useValue: () => tier.plan },
    ...(reference === undefined ? [] : [{ provide: ReferenceFiles, useValue: reference }]),
    ...events,
    ...bulk,
    ...oipProviders(
      fastTierBackend(tier, sloMs, {
        onShed: (reason) => readiness.metrics.shed('oip', reason),
        onInferred: (stages) => readiness.metrics.inferTook(stages),
      }),
    ),
  ],
});
