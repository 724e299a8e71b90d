import { StartRefused } from '#contracts/errors.js';
import { HashGate } from '#moderation/banks/bank.js';
import { AccessStore } from '#persistence/access-store.js';
import { AssetStore } from '#persistence/asset-store.js';
import { BankChangeStore } from '#persistence/bank-change-store.js';
import { ping } from '#persistence/database.js';
import { ErasureStore } from '#persistence/erasure-store.js';
import { GateFeed } from '#persistence/gate-feed.js';
import { LivePolicy } from '#persistence/live-policy.js';
import { ModelVersionStore } from '#persistence/model-version-store.js';
import { OverviewDoorStore } from '#persistence/overview-door-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { openInstalledDatabase } from '#persistence/require-tables.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { UsageStore } from '#persistence/usage-store.js';
import { allowOrigins } from '#service/allow-origins.js';
import { createHttpService, listen } from '#service/http-service.js';
import { ReferenceFiles } from '#service/reference/reference-files.js';
import { ROOT, type RunningService } from '#service/run-service.js';
import type { Settings } from '#settings/settings.js';
import { openAssetBytes } from '#storage/open-asset-bytes.js';
import { DoorMeter } from '#telemetry/door-meter.js';
import { ErasureMetrics } from '#telemetry/erasure-metrics.js';
import type { Logger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { UsageMeter } from '#telemetry/usage-meter.js';

import { Door } from './assets/door.js';
import { EraseAsset } from './assets/erase-asset.js';
import { SubmitAsset } from './assets/submit-asset.js';
import { acceptUploadBodies } from './assets/upload-bodies.js';
import { UploadDeadline } from './assets/upload-deadline.js';
import { startBulk } from './batches/start-bulk.js';
import { startEvents } from './events/start-events.js';
import { startFastTier } from './fast-tier/start-fast-tier.js';
import { imageFetching } from './fetching/image-fetching.js';
import { speakOip } from './inference/oip-http.js';
import { clientTurns } from './limits/in-turn.interceptor.js';
import { openLimits } from './limits/open-limits.js';
import { uploadModule } from './upload.module.js';

const CLOSE_GRACE_MS = 10_000;

export interface RunningUpload extends RunningService {
  /** Resolves when the fast tier is warm. */
  readonly warm: Promise<void>;
}

/** Builds the upload service's parts and listens. It answers from the first moment; it is ready when the fast tier is warm. */
export async function startUpload(settings: Settings, log: Logger): Promise<RunningUpload> {
  if (settings.databaseUrl === undefined) throw new StartRefused('DATABASE_URL is not set; `portcullis up` sets it');
  const { sloMs } = settings.fast;
  const { ifShed, assetBytesMax } = settings.upload;
  const database = await openInstalledDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax }, log);
  const door = new DoorMeter({ sloMs, store: new OverviewDoorStore(database), log });
  const metrics = new Metrics({ sloMs, door: door.ledger });
  const bytes = await openAssetBytes(settings.home, settings.storage);
  const gate = new HashGate();
  const feed = followBanks(new BankChangeStore(database), gate, log);
  const usage = new UsageMeter({ registry: metrics.registry, store: new UsageStore(database), log });
  const { tier, warm } = startFastTier({ settings, metrics, log, versions: new ModelVersionStore(database), usage });
  const policies = new LivePolicy(new PolicyStore(database), () => performance.now());
  const submitAsset = new SubmitAsset({
    files: bytes,
    door: new Door({ tier, ifShed, lookMs: new UploadDeadline(sloMs).lookMs(0), nowMs: () => performance.now() }),
    sight: { tier, gate, knowsBanks: () => feed.isLoaded },
    policies,
    submissions: new SubmissionStore(database),
    metrics,
    limits: { assetBytesMax, dueMs: settings.batch.dueMs, sloMs, ifShed },
  });
  const parts = {
    database: () => ping(database),
    policy: async () => {
      await policies.current();
      return undefined;
    },
    bytes: async () => (await bytes.fault())?.detail,
    banks: () => Promise.resolve(feed.isLoaded ? undefined : 'the banks have not been read yet'),
    'fast tier': () => Promise.resolve(tier.isReady ? undefined : whyNotReady(settings)),
  };
  const beforeScrape = (): Promise<void> => {
    metrics.banksRead(feed.ageMs());
    const state = tier.state();
    if (state !== undefined) metrics.fastTierSeen(state);
    return Promise.resolve();
  };
  const events = startEvents(database, { settings, metrics, log });
  const fetching = imageFetching(settings);
  const bulk = await startBulk(database, { settings, log, submitAsset, tier, fetching });
  const meter = openLimits(database, settings.upload.bodyMsMax, log);
  const erasing = { erasures: new ErasureStore(database), metrics: new ErasureMetrics(metrics.registry) };
  const module = uploadModule({
    submitAsset,
    eraseAsset: new EraseAsset({ ...erasing, bytes, log }),
    fetching,
    tier,
    sloMs,
    assets: new AssetStore(database),
    access: new AccessStore(database),
    meter,
    turns: clientTurns(settings.databasePoolMax),
    readiness: { parts, metrics, beforeScrape },
    events: events.providers,
    bulk: bulk.providers,
    reference: settings.upload.reference ? await ReferenceFiles.open(ROOT, 'docs/openapi.json') : undefined,
  });
  const app = await createHttpService(module, { log, requestMsMax: settings.upload.bodyMsMax, rawBodies: true });
  await acceptUploadBodies(app, assetBytesMax * 2);
  allowOrigins(app, settings.upload.corsOrigins);
  speakOip(app);
  const port = await listen(app, settings.host, settings.upload.port);
  log.info({ port, model: settings.fast.model }, 'upload service listens');
  const close = async (): Promise<void> => {
    await events.stop();
    await bulk.stop();
    await app.close();
    await meter.inferred.stop();
    await door.close();
    await usage.close(() => tier.close(CLOSE_GRACE_MS));
    await feed.stop();
    await bytes.close();
    await database.destroy();
  };
  return { port, warm, close };
}

const whyNotReady = ({ fast }: Settings): string =>
  fast.inferenceUrl === undefined
    ? 'no classifier process is warm yet'
    : 'the inference server does not answer, or its model is not ready';

/** Keeps a gate as the banks are in the database, from now on. */
function followBanks(changes: BankChangeStore, gate: HashGate, log: Logger): GateFeed {
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'the banks could not be read; the last known ones hold');
  const feed = new GateFeed(changes, gate, { onError });
  feed.start();
  return feed;
}
