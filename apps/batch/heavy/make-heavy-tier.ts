import type { ModelVersionStore } from '#persistence/model-version-store.js';
import type { Settings } from '#settings/settings.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';

import { HeavyTier } from './heavy-tier.js';
import { openLocalTier } from './open-local-tier.js';
import { openRemoteTier } from './open-remote-tier.js';

export interface HeavyTierParts {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly versions: ModelVersionStore;
}

/** The heavy tier, on this machine or on another server; not started yet. */
export function makeHeavyTier({ settings, metrics, log, versions }: HeavyTierParts): HeavyTier {
  return new HeavyTier(() => {
    const parts = { settings, metrics, log, register: versions.register.bind(versions) };
    const { inferenceUrl } = settings.heavy;
    return inferenceUrl === undefined ? openLocalTier(parts) : openRemoteTier(parts, inferenceUrl);
  });
}
