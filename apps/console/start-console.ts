import { StartRefused } from '#contracts/errors.js';
import { AccessStore } from '#persistence/access-store.js';
import { AuditTrail } from '#persistence/audit-trail.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';
import { ping } from '#persistence/database.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { openInstalledDatabase } from '#persistence/require-tables.js';
import { ReviewDetailStore } from '#persistence/review-detail-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { UsageStore } from '#persistence/usage-store.js';
import { createHttpService, listen } from '#service/http-service.js';
import type { RunningService } from '#service/run-service.js';
import type { Settings } from '#settings/settings.js';
import { openAssetBytes } from '#storage/open-asset-bytes.js';
import type { Logger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { campaignProviders } from './campaigns/campaign-routes.js';
import { clientProviders } from './clients/client-routes.js';
import { consoleModule } from './console.module.js';
import { erasureProviders } from './erasures/erasure-routes.js';
import { requireActs } from './audit/act.js';
import { personProviders } from './persons/person-routes.js';
import { scheduleProviders } from './schedules/schedule-routes.js';
import { SECURITY_HEADERS } from './sign-in/security-headers.js';

/** Requests are small JSON: one that takes longer to arrive is no person's. */
const REQUEST_MS_MAX = 10_000;

/** The console service, built and not yet listening. */
export interface BuiltConsole {
  readonly app: Awaited<ReturnType<typeof createHttpService>>;
  readonly close: () => Promise<void>;
}

/**
 * Builds the console service's parts and listens.
 *
 * @param nowMs what time it is for claims and decisions, epoch milliseconds
 */
export async function startConsole(settings: Settings, log: Logger, nowMs?: () => number): Promise<RunningService> {
  const { app, close } = await buildConsole(settings, log, nowMs);
  const port = await listen(app, settings.host, settings.console.port);
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
  const module = consoleModule({
    reviews: new ReviewStore(database),
    details: new ReviewDetailStore(database),
    policies,
    banks: new BankStore(database),
    entries: new BankEntryStore(database),
    deadLetters: new DeadLetterStore(database),
    bytes,
    freshness: new FreshnessStore(database),
    usage: new UsageStore(database),
    price: settings.price,
    campaigns: campaignProviders(database, settings.price, settings.heavy.processes, nowMs),
    schedules: scheduleProviders(database, settings.heavy),
    clients: clientProviders(database, nowMs),
    erasures: erasureProviders(trail, bytes, metrics, log),
    persons: personProviders(trail, new AccessStore(database), {
      absoluteMs: settings.console.sessionMs,
      idleMs: settings.console.sessionIdleMs,
    }),
    reconciliations: new ReconciliationMetrics(metrics.registry, settings.slo),
    readiness: { parts, metrics },
    claimMs: settings.console.claimMs,
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
    await app.close();
    await bytes.close();
    await source.destroy();
  };
  return { app, close };
}
