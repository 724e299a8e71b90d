import { join } from 'node:path';

import { StartRefused } from '#contracts/errors.js';
import { ClassifierPool } from '#inference/classifier-pool.js';
import { openModel } from '#inference/model-repository.js';
import { AccessStore } from '#persistence/access-store.js';
import { AssetStore } from '#persistence/asset-store.js';
import { openDatabase, ping } from '#persistence/database.js';
import { LivePolicy } from '#persistence/live-policy.js';
import { ModelVersionStore } from '#persistence/model-version-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { createHttpService, listen } from '#service/http-service.js';
import type { RunningService } from '#service/run-service.js';
import type { Settings } from '#settings/settings.js';
import { AssetFiles } from '#storage/asset-files.js';
import { watchClassifiers } from '#telemetry/classifier-events.js';
import type { Logger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';

import { SubmitAsset } from './assets/submit-asset.js';
import { acceptUploadBodies } from './assets/upload-bodies.js';
import { uploadModule } from './upload.module.js';

/** More uploads at once than this are refused: each holds a connection, a file and a place in the queue. */
const UPLOADS_MAX = 256;
/** Longer than a killed process takes to be replaced; who waited this long gets the policy's default instead. */
const WAIT_MS_MAX = 3_000;
const CLOSE_GRACE_MS = 10_000;

export interface RunningUpload extends RunningService {
  /** Resolves when the fast tier is warm. */
  readonly warm: Promise<void>;
}

/** Builds the upload service's parts and listens. It answers from the first moment; it is ready when the fast tier is warm. */
export async function startUpload(settings: Settings, log: Logger): Promise<RunningUpload> {
  if (settings.databaseUrl === undefined) throw new StartRefused('DATABASE_URL is not set; `portcullis up` sets it');
  const metrics = new Metrics();
  const database = await openDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax });
  await new ModelVersionStore(database).register(await openModel(settings.modelRoot, settings.fast.model));
  const pool = fastTier(settings, metrics, log);
  const policies = new PolicyStore(database);
  const submitAsset = new SubmitAsset({
    files: new AssetFiles(join(settings.home, 'assets')),
    pool,
    policies: new LivePolicy(policies, Date.now),
    submissions: new SubmissionStore(database),
    metrics,
    limits: { assetBytesMax: settings.upload.assetBytesMax, uploadsMax: UPLOADS_MAX, dueMs: settings.batch.dueMs },
  });
  const parts = {
    database: () => ping(database),
    policy: async () => {
      await policies.live();
      return undefined;
    },
    'fast tier': () => Promise.resolve(pool.isReady ? undefined : 'no classifier process is warm yet'),
  };
  const module = uploadModule({
    submitAsset,
    assets: new AssetStore(database),
    access: new AccessStore(database),
    readiness: { parts, metrics },
    metrics,
  });
  const app = await createHttpService(module, { log, requestMsMax: settings.upload.bodyMsMax, rawBodies: true });
  await acceptUploadBodies(app, settings.upload.assetBytesMax * 2);
  const port = await listen(app, settings.host, settings.upload.port);
  const warm = pool.start().then(() => undefined);
  log.info({ port, model: settings.fast.model, processes: settings.fast.processes }, 'upload service listens');
  const close = async (): Promise<void> => {
    await app.close();
    await pool.close(CLOSE_GRACE_MS);
    await database.destroy();
  };
  return { port, warm, close };
}

function fastTier(settings: Settings, metrics: Metrics, log: Logger): ClassifierPool {
  const { model, processes, callMsMax, rssBytesMax } = settings.fast;
  const { pixelsMax, framesMax, waitingMax } = settings.upload;
  return new ClassifierPool({
    entry: new URL('./classifier-process.js', import.meta.url),
    host: {
      modelRoot: settings.modelRoot,
      modelRef: model,
      threads: 1,
      inferenceBatch: 1,
      decodeAhead: 1,
      imageLimits: { pixelsMax, framesMax },
      nice: 0,
    },
    processes,
    inFlightPerProcess: 1,
    queueMax: waitingMax,
    queueMsMax: WAIT_MS_MAX,
    callMsMax,
    rssBytesMax,
    onEvent: watchClassifiers(metrics, log),
  });
}
