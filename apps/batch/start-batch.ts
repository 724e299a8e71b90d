import { join } from 'node:path';

import { StartRefused } from '#contracts/errors.js';
import { HashGate } from '#moderation/banks/bank.js';
import { AssetStore } from '#persistence/asset-store.js';
import { BankChangeStore } from '#persistence/bank-change-store.js';
import { openDatabase, ping } from '#persistence/database.js';
import { FinalStore } from '#persistence/final-store.js';
import { GateFeed } from '#persistence/gate-feed.js';
import { LivePolicy } from '#persistence/live-policy.js';
import { ModelVersionStore } from '#persistence/model-version-store.js';
import { OutboxStore } from '#persistence/outbox-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { HeavyBell } from '#queue/heavy-bell.js';
import { heavyProcessor } from '#queue/heavy.processor.js';
import { createHttpService, listen } from '#service/http-service.js';
import type { RunningService } from '#service/run-service.js';
import type { Settings } from '#settings/settings.js';
import { AssetFiles } from '#storage/asset-files.js';
import type { Logger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';

import { batchModule } from './batch.module.js';
import { startWatch } from './bells/start-watch.js';
import { closeWithin } from './close-within.js';
import { HeavyEar } from './heavy/heavy-ear.js';
import { LabelBatch } from './heavy/label-batch.js';
import { makeHeavyTier } from './heavy/make-heavy-tier.js';
import { bellsAtOnce } from './heavy/open-local-tier.js';
import { startLoops } from './loops.js';

const HEALTH_MS_MAX = 10_000;

/** Builds the batch service's parts. It hears the bell as soon as the heavy model is warm. */
export async function startBatch(settings: Settings, log: Logger): Promise<RunningService> {
  const { databaseUrl, redisUrl, heavy } = settings;
  if (databaseUrl === undefined) throw new StartRefused('DATABASE_URL is not set; `portcullis up` sets it');
  const metrics = new Metrics();
  const database = await openDatabase({ url: databaseUrl, poolMax: settings.databasePoolMax });
  const gate = new HashGate();
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'the banks could not be read; the last known ones hold');
  const feed = new GateFeed(new BankChangeStore(database), gate, { onError });
  feed.start();
  const tier = makeHeavyTier({ settings, metrics, log, versions: new ModelVersionStore(database) });
  const pending = new PendingFinalStore(database);
  const files = new AssetFiles(join(settings.home, 'assets'));
  const labelBatch = new LabelBatch({
    pending,
    finals: new FinalStore(database),
    classifier: tier,
    gate,
    policies: new LivePolicy(new PolicyStore(database), Date.now),
    files,
    metrics,
    log,
    leaseMs: heavy.leaseMs,
    attemptsMax: heavy.attemptsMax,
  });
  const ear = new HeavyEar(labelBatch, { sizeMax: heavy.batchSize, windowMs: heavy.batchWindowMs }, log);
  const place = { databaseUrl, redisUrl };
  const processor = heavyProcessor(place, { concurrency: bellsAtOnce(heavy), lockMs: heavy.leaseMs }, ear);
  const notReady =
    heavy.inferenceUrl === undefined
      ? 'no classifier process is warm yet'
      : 'the inference server does not answer, or its model is not ready';
  const parts = {
    database: () => ping(database),
    queue: async () => {
      await app.get(HeavyBell).holding();
      return undefined;
    },
    banks: () => Promise.resolve(feed.isLoaded ? undefined : 'the banks have not been read yet'),
    'heavy tier': () => Promise.resolve(tier.isReady ? undefined : notReady),
  };
  const beforeScrape = async (): Promise<void> => {
    const { pending: waiting, oldestMs } = await pending.backlog();
    metrics.backlogSeen(waiting, oldestMs);
    metrics.banksRead(feed.ageMs());
  };
  const module = batchModule({ place, processor, readiness: { parts, metrics, beforeScrape } });
  const app = await createHttpService(module, { log, requestMsMax: HEALTH_MS_MAX });
  const port = await listen(app, settings.host, settings.batch.port);
  log.info({ port, model: heavy.model, processes: heavy.processes }, 'batch service listens');

  const bell = app.get(HeavyBell);
  const loops = startLoops(
    {
      outbox: new OutboxStore(database),
      submissions: new SubmissionStore(database),
      assets: new AssetStore(database),
      pending,
      bell,
      files,
      metrics,
      log,
    },
    settings,
  );
  await Promise.all([tier.start(), feed.loaded()]);
  const worker = app.get(processor).worker;
  const hearing = worker.run();
  hearing.catch((error: unknown) => log.error({ err: error }, 'the worker stopped hearing'));
  const watch = startWatch(ear, bell, log);
  const close = async (): Promise<void> => {
    await Promise.all([loops.stop(), watch.stop()]);
    ear.drain();
    if (!(await closeWithin(worker, settings.batch.graceMs))) await labelBatch.handBack();
    await tier.close(0);
    await feed.stop();
    await app.close();
    await database.destroy();
  };
  return { port, close };
}
