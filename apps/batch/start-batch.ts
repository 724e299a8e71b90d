import { StartRefused } from '#contracts/errors.js';
import { HashGate } from '#moderation/banks/bank.js';
import { AssetStore } from '#persistence/asset-store.js';
import { BankChangeStore } from '#persistence/bank-change-store.js';
import { ping } from '#persistence/database.js';
import { FinalStore } from '#persistence/final-store.js';
import { GateFeed } from '#persistence/gate-feed.js';
import { InferenceCountStore } from '#persistence/inference-count-store.js';
import { LivePolicy } from '#persistence/live-policy.js';
import { ModelVersionStore } from '#persistence/model-version-store.js';
import { OutboxStore } from '#persistence/outbox-store.js';
import { OverviewDoorStore } from '#persistence/overview-door-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { openInstalledDatabase } from '#persistence/require-tables.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { UsageStore } from '#persistence/usage-store.js';
import { WitnessStore } from '#persistence/witness-store.js';
import { HeavyBell } from '#queue/heavy-bell.js';
import { heavyProcessor } from '#queue/heavy.processor.js';
import { createHttpService, listen } from '#service/http-service.js';
import type { RunningService } from '#service/run-service.js';
import type { Settings } from '#settings/settings.js';
import { openAssetBytes } from '#storage/open-asset-bytes.js';
import type { Logger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';
import { UsageMeter } from '#telemetry/usage-meter.js';

import { batchModule } from './batch.module.js';
import { batchReadiness } from './batch-readiness.js';
import { watchRedis } from './bells/watch-redis.js';
import { LiveWork } from './campaigns/live-work.js';
import { startCampaigns } from './campaigns/start-campaigns.js';
import { atMost, closeWithin } from './close-within.js';
import { Batching } from './heavy/batching.js';
import { LabelBatch } from './heavy/label-batch.js';
import { makeHeavyTier } from './heavy/make-heavy-tier.js';
import { openErasing } from './housekeeping/open-erasing.js';
import { openFreshness } from './housekeeping/open-freshness.js';
import { startLoops } from './loops.js';
import { startWebhooks } from './webhooks/start-webhooks.js';

const HEALTH_MS_MAX = 10_000;
/** What is left when nothing is in hand any more: rows to hand back, processes and connections to end. */
const LAST_MS_MAX = 5_000;

/** Builds the batch service's parts. It leases work as soon as the heavy model is warm. */
export async function startBatch(settings: Settings, log: Logger): Promise<RunningService> {
  const { databaseUrl, redisUrl, heavy } = settings;
  const { sweepMs } = settings.batch;
  if (databaseUrl === undefined) throw new StartRefused('DATABASE_URL is not set; `portcullis up` sets it');
  const redis = redisUrl === undefined ? undefined : await watchRedis(redisUrl, log);
  const metrics = new Metrics();
  const reconciliations = new ReconciliationMetrics(metrics.registry, settings.slo);
  const database = await openInstalledDatabase({ url: databaseUrl, poolMax: settings.databasePoolMax }, log);
  const fresh = openFreshness(database, metrics, settings.batch, log);
  const banks = followBanks(new BankChangeStore(database), log);
  const usage = new UsageMeter({ registry: metrics.registry, store: new UsageStore(database), log });
  const batching = new Batching({ database, metrics, heavy, sweepMs, isWarm: () => tier.isReady, log });
  const { news } = batching;
  const tier = makeHeavyTier({ settings, metrics, log, versions: new ModelVersionStore(database), usage, news });
  const stores = openStores(database);
  const bytes = await openAssetBytes(settings.home, settings.storage);
  const live = new LiveWork(tier, () => pull.busy());
  const labelBatch = new LabelBatch({
    ...stores,
    classifier: live,
    banks,
    bytes,
    witnesses: new WitnessStore(database),
    metrics,
    freshness: fresh.freshness,
    reconciliations,
    log,
    leaseMs: heavy.leaseMs,
    attemptsMax: heavy.attemptsMax,
  });
  const pull = batching.pullFor(labelBatch);
  const place = { databaseUrl, redisUrl };
  const processor = heavyProcessor(place, pull);
  const parts = batchReadiness({
    ping: () => ping(database),
    bell: () => app.get(HeavyBell),
    redisFault: () => redis?.fault(),
    bytes,
    feed: banks,
    tier,
    inferenceUrl: heavy.inferenceUrl,
  });
  const beforeScrape = async (): Promise<void> => {
    await fresh.freshnessWatch.look();
    metrics.banksRead(banks.ageMs());
  };
  const module = batchModule({ place, processor, readiness: { parts, metrics, beforeScrape } });
  const app = await createHttpService(module, { log, requestMsMax: HEALTH_MS_MAX });
  const port = await listen(app, settings.host, settings.batch.port);
  log.info({ port, model: heavy.model, processes: heavy.processes }, 'batch service listens');

  const bell = app.get(HeavyBell);
  const erasing = openErasing(database, bytes, metrics, log, settings.batch.retentionCaseDays);
  const loops = startLoops(
    { ...stores, ...fresh, ...erasing, pull, bell, bytes, metrics, reconciliations, log },
    settings,
  );
  const webhooks = startWebhooks(database, { settings, metrics, log });
  await Promise.all([tier.start(), banks.loaded()]);
  const worker = app.get(processor).worker;
  worker.run().catch((error: unknown) => log.error({ err: error }, 'the worker stopped hearing'));
  pull.start();
  const schedules = batching.start(pull);
  const campaigns = await startCampaigns(database, { classifier: tier, live, banks, bytes, heavy, metrics, log });
  const close = async (): Promise<void> => {
    const rest = Promise.all([...[campaigns, loops, schedules, webhooks].map((part) => part.stop()), redis?.stop()]);
    const hands = { close: () => pull.stop().then(() => worker.close()) };
    const inTime = await closeWithin(hands, settings.batch.graceMs, () => pull.busy());
    const last = async (): Promise<void> => {
      // where the database is what is away the leases expire, and nothing else waits for it
      const unable = (error: unknown): void => log.warn({ err: error }, 'leases are left');
      const handedBack = inTime ? undefined : labelBatch.handBack().catch(unable);
      await usage.close(() => tier.close(0));
      await Promise.all([handedBack, rest, banks.stop()]);
      await app.close();
      await bytes.close();
      await database.destroy();
    };
    if (!(await atMost(LAST_MS_MAX, last()))) log.warn('a connection did not end; the process does');
  };
  return { port, close };
}

/** What the batch service reads and writes in the database. */
const openStores = (database: Awaited<ReturnType<typeof openInstalledDatabase>>) => ({
  pending: new PendingFinalStore(database),
  finals: new FinalStore(database),
  policies: new LivePolicy(new PolicyStore(database), () => performance.now()),
  outbox: new OutboxStore(database),
  submissions: new SubmissionStore(database),
  usage: new UsageStore(database),
  doorMinutes: new OverviewDoorStore(database),
  inferences: new InferenceCountStore(database),
  assets: new AssetStore(database),
});

/** Keeps a gate as the banks are in the database, from now on. */
function followBanks(changes: BankChangeStore, log: Logger): GateFeed {
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'the banks could not be read; nothing is settled meanwhile');
  const feed = new GateFeed(changes, new HashGate(), { onError });
  feed.start();
  return feed;
}
