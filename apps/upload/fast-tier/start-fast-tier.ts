import type { ModelVersionStore } from '#persistence/model-version-store.js';
import type { Settings } from '#settings/settings.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { UsageMeter } from '#telemetry/usage-meter.js';

import { FastTier } from './fast-tier.js';
import { openLocalTier } from './open-local-tier.js';
import { openRemoteTier } from './open-remote-tier.js';

export interface FastTierParts {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly versions: ModelVersionStore;
  readonly usage: UsageMeter;
}

/** The fast tier, on its way to be warm. */
export function startFastTier({ settings, metrics, log, versions, usage }: FastTierParts): {
  readonly tier: FastTier;
  readonly warm: Promise<void>;
} {
  const tier = new FastTier({
    open: (onRoom, signal) => {
      const parts = { settings, metrics, log, register: versions.register.bind(versions), usage, signal };
      const { inferenceUrl } = settings.fast;
      return inferenceUrl === undefined ? openLocalTier(parts, onRoom) : openRemoteTier(parts, inferenceUrl, onRoom);
    },
    sloMs: settings.fast.sloMs,
    windowMs: settings.fast.batchWindowMs,
    onBatch: (items, reason) => metrics.fastDispatched(reason, items),
  });
  return { tier, warm: tier.start() };
}
