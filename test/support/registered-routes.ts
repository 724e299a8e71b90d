import { createHttpService } from '#service/http-service.js';
import { BulkStore } from '#persistence/bulk-store.js';
import { createLogger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { acceptUploadBodies } from '../../apps/upload/assets/upload-bodies.js';
import { BatchReader } from '../../apps/upload/batches/batch-reader.js';
import { SubmitBatch } from '../../apps/upload/batches/submit-batch.js';
import { EventStreams } from '../../apps/upload/events/event-streams.js';
import { speakOip } from '../../apps/upload/inference/oip-http.js';
import { uploadModule, type UploadParts } from '../../apps/upload/upload.module.js';
import { KeepEndpoints } from '../../apps/upload/webhooks/keep-endpoints.js';
import { ReadDeliveries } from '../../apps/upload/webhooks/read-deliveries.js';

const standIns = (...classes: (abstract new (...parts: never[]) => unknown)[]) =>
  classes.map((provide) => ({ provide, useValue: {} }));

/** Everything that routes are built around, none of which works: nobody asks them. */
function nothing(): UploadParts {
  const parts: unknown = {
    submitAsset: {},
    eraseAsset: {},
    fetching: {},
    tier: {},
    sloMs: 1,
    assets: {},
    access: {},
    limits: {},
    readiness: { parts: {}, metrics: new Metrics(), beforeScrape: () => Promise.resolve() },
    events: standIns(EventStreams, KeepEndpoints, ReadDeliveries),
    bulk: standIns(SubmitBatch, BulkStore, BatchReader),
    reference: {},
  };
  return parts as UploadParts;
}

/**
 * The routes that the upload service's framework knows once it is put together, however they came there: as
 * `GET /v1/assets/:id`, sorted. HEAD, which every GET answers, too, is left out.
 */
export async function registeredRoutes(): Promise<string[]> {
  const options = { log: createLogger('upload', 'silent'), requestMsMax: 1_000, rawBodies: true };
  const app = await createHttpService(uploadModule(nothing()), options);
  const routes = new Set<string>();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => {
      for (const verb of [method].flat()) if (verb !== 'HEAD') routes.add(`${verb} ${url}`);
    });
  await acceptUploadBodies(app, 1);
  speakOip(app);
  await app.init();
  await app.close();
  return [...routes].sort();
}
