import { CampaignApplyStore } from '#persistence/campaign-apply-store.js';
import { CampaignAttemptStore } from '#persistence/campaign-attempt-store.js';
import { CampaignRollbackStore } from '#persistence/campaign-rollback-store.js';
import { CampaignRunStore } from '#persistence/campaign-run-store.js';
import { CampaignTurnStore } from '#persistence/campaign-turn-store.js';
import type { openDatabase } from '#persistence/database.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { repeat } from '#persistence/repeat.js';
import type { Settings } from '#settings/settings.js';
import { CampaignMetrics } from '#telemetry/campaign-metrics.js';
import type { Metrics } from '#telemetry/metrics.js';

import { tryAgain } from '../try-again.js';
import { CampaignWork, type CampaignParts } from './campaign-work.js';
import type { JudgeParts } from './judge-page.js';

type Database = Awaited<ReturnType<typeof openDatabase>>;

interface Given extends Pick<CampaignParts, 'live' | 'log'>, Omit<JudgeParts, 'lanes' | 'attemptsMax' | 'others'> {
  readonly heavy: Settings['heavy'];
  readonly metrics: Pick<Metrics, 'registry'>;
}

/** Where the size of a batch is measured: what a new asset may have to wait for. */
const LOOKS_UNSET = 8;

/** Says which heavy model this service has, and works on campaigns. The heavy tier is open already. */
export async function startCampaigns(database: Database, given: Given): Promise<{ stop(): Promise<void> }> {
  const { classifier, banks, bytes, heavy, metrics, live, log } = given;
  const turns = new CampaignTurnStore(database);
  await turns.announce(classifier.model.id);
  const work = new CampaignWork({
    turns,
    runs: new CampaignRunStore(database),
    attempts: new CampaignAttemptStore(database),
    applies: new CampaignApplyStore(database),
    rollbacks: new CampaignRollbackStore(database),
    policies: new PolicyStore(database),
    judging: { classifier, banks, bytes, lanes: heavy.processes, attemptsMax: heavy.attemptsMax },
    live,
    metrics: new CampaignMetrics(metrics.registry),
    log,
    leaseMs: heavy.leaseMs,
    looksMax: (heavy.batchSize > 0 ? heavy.batchSize : LOOKS_UNSET) * heavy.processes,
  });
  const loop = repeat(() => work.step(), tryAgain(log, 'campaigns'));
  return {
    stop: async () => {
      await loop.stop();
      await work.release().catch(() => undefined);
    },
  };
}
