import type { Scored } from '#contracts/classify.js';
import type { ModelVersionStore } from '#persistence/model-version-store.js';
import type { Settings } from '#settings/settings.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { UsageMeter } from '#telemetry/usage-meter.js';

import { HeavyTier } from './heavy-tier.js';
import { openLocalTier, type TierNews } from './open-local-tier.js';
import { openRemoteTier } from './open-remote-tier.js';

export interface HeavyTierParts {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly versions: ModelVersionStore;
  readonly usage: UsageMeter;
  readonly news: HeavyNews;
}

/** Told what happens to the tier. */
export interface HeavyNews extends TierNews {
  /** The views of an image were scored. */
  scored(image: Scored): void;
}

/** The heavy tier, on this machine or on another server; not started yet. */
export function makeHeavyTier({ settings, metrics, log, versions, usage, news }: HeavyTierParts): HeavyTier {
  return new HeavyTier(
    () => {
      const parts = { settings, metrics, log, register: versions.register.bind(versions), usage, news };
      const { inferenceUrl } = settings.heavy;
      return inferenceUrl === undefined ? openLocalTier(parts) : openRemoteTier(parts, inferenceUrl);
    },
    (image) => news.scored(image),
  );
}
