import { join } from 'node:path';

import { StartRefused } from '#contracts/errors.js';
import { CONSOLE_HEADER } from '#contracts/sign-in-answer.js';
import { AccessStore } from '#persistence/access-store.js';
import { AuditTrail } from '#persistence/audit-trail.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';
import { ping } from '#persistence/database.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { openInstalledDatabase } from '#persistence/require-tables.js';
import { UsageStore } from '#persistence/usage-store.js';
import { createHttpService, listen } from '#service/http-service.js';
import { ReferenceFiles } from '#service/reference/reference-files.js';
import { ROOT, type RunningService } from '#service/run-service.js';
import type { Settings } from '#settings/settings.js';
import { openAssetBytes } from '#storage/open-asset-bytes.js';
import type { Logger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { assetProviders } from './assets/asset-routes.js';
import { campaignProviders } from './campaigns/campaign-routes.js';
import { clientProviders } from './clients/client-routes.js';
import { consoleModule } from './console.module.js';
import { deliveryProviders } from './deliveries/delivery-routes.js';
import { startLive } from './live/live-routes.js';
import { StreamPlaces } from './live/stream-places.js';
import { startOverview } from './overview/overview-routes.js';
import { PagesFiles } from './pages/pages-files.js';
import { erasureProviders } from './erasures/erasure-routes.js';
import { requireActs } from './audit/act.js';
import { personProviders } from './persons/person-routes.js';
import { policyParts } from './policies/policy-routes.js';
import { renditionParts } from './renditions/rendition-routes.js';
import { reviewProviders } from './reviews/review-routes.js';
import { scheduleProviders } from './schedules/schedule-routes.js';
import { SECURITY_HEADERS } from './sign-in/security-headers.js';
import { thresholdProviders } from './thresholds/threshold-routes.js';

/** Requests are small JSON: one that takes longer to arrive is no person's. */
const REQUEST_MS_MAX = 10_000;

/** The console service, built and not yet listening. */
export interface BuiltConsole {
  readonly app: Awaited<ReturnType<typeof createHttpService>>;
  /** Begins what goes on beside requests. */
  readonly start: () => void;
  readonly close: () => Promise<void>;
}

/**
 * Builds the console service's parts and listens.
 *
 * @param nowMs what time it is for claims and decisions, epoch milliseconds
 */
export async function startConsole(settings: Settings, log: Logger, nowMs?: () => number): Promise<RunningService> {
  const { app, start, close } = await buildConsole(settings, log, nowMs);
  const port = await listen(app, settings.host, settings.console.port);
  start();
  log.info({ port }, 'console service listens');
  return { port, close };
}

/**
 * Builds the console service.
 *
 * @throws Error when a route does not say who may call it, or how what it does is written down
 */
export async function buildConsole(
  settings: Settings,
  log: Logger,
  nowMs: () => number = Date.now,
): Promise<BuiltConsole> {
  if (settings.databaseUrl === undefined) throw new StartRefused('DATABASE_URL is not set; `portcullis up` sets it');
  const metrics = new Metrics();
  const source = await openInstalledDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax }, log);
  const trail = new AuditTrail(source);
  const { database } = trail;
  const bytes = await openAssetBytes(settings.home, settings.storage);
  const policies = new PolicyStore(database);
  const parts = {
    database: () => ping(database),
    policy: async () => ((await policies.findLive()) === undefined ? 'no policy is live' : undefined),
  };
  const policyWork = policyParts(trail, settings.policy, log, nowMs);
  const reconciliations = new ReconciliationMetrics(metrics.registry, settings.slo);
  const { reviewSlaMs: slaMs, sessionIdleMs: idleMs } = settings.console;
  const reviewWork = reviewProviders({ database, policies, metrics, reconciliations, limits: settings.console, nowMs });
  const renditions = renditionParts(database, bytes, settings.upload);
  const following = { slaMs, idleMs, nowMs, log, places: new StreamPlaces() };
  const live = startLive(source, following);
  const overview = startOverview(source, { ...following, slos: settings.slo });
  const module = consoleModule({
    reviewWork: [...reviewWork, ...renditions.providers, ...live.providers],
    assets: assetProviders(database, nowMs),
    banks: new BankStore(database),
    entries: new BankEntryStore(database),
    deadLetters: new DeadLetterStore(database),
    bytes,
    freshness: new FreshnessStore(database),
    usage: new UsageStore(database),
    overview: overview.providers,
    price: settings.price,
    policyWork: policyWork.providers,
    thresholds: thresholdProviders(database, settings.price, nowMs),
    campaigns: campaignProviders(database, settings.price, settings.heavy.processes, nowMs),
    schedules: scheduleProviders(database, settings.heavy),
    deliveries: deliveryProviders(database),
    clients: clientProviders(database, nowMs),
    erasures: erasureProviders(trail, bytes, metrics, log),
    persons: personProviders(trail, new AccessStore(database), {
      absoluteMs: settings.console.sessionMs,
      idleMs: settings.console.sessionIdleMs,
    }),
    readiness: { parts, metrics },
    reference: settings.upload.reference
      ? await ReferenceFiles.open(ROOT, 'docs/openapi-console.json', { [CONSOLE_HEADER]: '1' })
      : undefined,
    pages: await openPages(log),
    nowMs,
  });
  const { trustedProxies } = settings.console;
  const app = await createHttpService(module, {
    log,
    requestMsMax: REQUEST_MS_MAX,
    headers: SECURITY_HEADERS,
    ...(trustedProxies.length === 0 ? {} : { trustedProxies }),
  });
  requireActs(app);
  const close = async (): Promise<void> => {
    await policyWork.stop();
    await live.stop();
    await overview.stop();
    renditions.close();
    await app.close();
    await bytes.close();
    await source.destroy();
  };
  return { app, start: () => policyWork.start(), close };
}

/** The built pages beside this file; a console without them serves its API, and says so. */
async function openPages(log: Logger): Promise<PagesFiles> {
  const pages = await PagesFiles.open(join(import.meta.dirname, 'web'));
  if (pages.home === undefined) log.warn({}, 'the console’s pages were not built: only its API is served');
  return pages;
}
