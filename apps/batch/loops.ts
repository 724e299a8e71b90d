import type { AssetStore } from '#persistence/asset-store.js';
import type { InferenceCountStore } from '#persistence/inference-count-store.js';
import type { OutboxStore } from '#persistence/outbox-store.js';
import type { OverviewDoorStore } from '#persistence/overview-door-store.js';
import { repeat } from '#persistence/repeat.js';
import type { SubmissionStore } from '#persistence/submission-store.js';
import type { UsageStore } from '#persistence/usage-store.js';
import type { HeavyBell } from '#queue/heavy-bell.js';
import type { Settings } from '#settings/settings.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { relay } from './bells/relay.js';
import type { HeavyPull } from './heavy/heavy-pull.js';
import { collectOrphans } from './housekeeping/collect-orphans.js';
import { markLate } from './housekeeping/mark-late.js';
import type { Erasing } from './housekeeping/open-erasing.js';
import type { Freshness } from './housekeeping/open-freshness.js';
import { tryAgain } from './try-again.js';

export interface LoopParts extends Freshness, Erasing {
  readonly outbox: OutboxStore;
  readonly submissions: SubmissionStore;
  readonly usage: UsageStore;
  readonly doorMinutes: OverviewDoorStore;
  readonly inferences: InferenceCountStore;
  readonly assets: AssetStore;
  readonly pull: HeavyPull;
  readonly bell: HeavyBell;
  readonly bytes: AssetBytes;
  readonly metrics: Metrics;
  readonly reconciliations: ReconciliationMetrics;
  readonly log: Logger;
}

const HOUSEKEEPING_MS = 600_000;
/** What clients are promised (docs/clients.md). */
const ANSWERS_KEPT_MS = 48 * 3_600_000;
/** A year's costs can be compared with the year before (docs/operations.md). */
const USAGE_KEPT_MS = 800 * 24 * 3_600_000;
/** The overview looks back for a week. */
const DOORS_KEPT_MS = 8 * 24 * 3_600_000;
/** Quotas are of a day. */
const INFERENCES_KEPT_MS = 48 * 3_600_000;

/** Everything the batch service does again and again beside labelling. */
export function startLoops(parts: LoopParts, { upload }: Settings): { stop(): Promise<void> } {
  const { submissions, usage, doorMinutes, inferences, assets, freshnessWatch, bytes, log } = parts;
  const onError = (loop: string): ((error: unknown) => number) => tryAgain(log, loop);
  const keepHouse = async (): Promise<number> => {
    const orphans = await collectOrphans(bytes, assets, Date.now() - upload.orphanGraceMs);
    const answers = await submissions.forgetAnswers(ANSWERS_KEPT_MS);
    const minutes = await usage.forget(new Date(Date.now() - USAGE_KEPT_MS));
    const doors = await doorMinutes.forget(new Date(Date.now() - DOORS_KEPT_MS));
    const days = await inferences.forget(new Date(Date.now() - INFERENCES_KEPT_MS));
    if (orphans + answers + minutes + doors + days > 0) {
      log.info({ orphans, answers, minutes, doors, days }, 'house kept');
    }
    return Math.min(HOUSEKEEPING_MS, upload.orphanGraceMs);
  };
  const loops = [
    repeat(
      relay(parts, () => performance.now()),
      onError('relay'),
    ),
    repeat(() => markLate(parts), onError('lateness')),
    repeat(() => freshnessWatch.look(), onError('freshness')),
    repeat(keepHouse, onError('housekeeping')),
    repeat(() => parts.finishErasures.step(), onError('erasures')),
    repeat(() => parts.sweepRetention.step(), onError('retention')),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
