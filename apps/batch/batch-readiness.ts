import type { GateFeed } from '#persistence/gate-feed.js';
import type { HeavyBell } from '#queue/heavy-bell.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

import type { HeavyTier } from './heavy/heavy-tier.js';

export interface ReadinessParts {
  readonly ping: () => Promise<undefined>;
  readonly bell: () => HeavyBell;
  /** What is wrong with Redis, where the queue is there. */
  readonly redisFault: () => string | undefined;
  readonly bytes: Pick<AssetBytes, 'fault'>;
  readonly feed: Pick<GateFeed, 'isLoaded'>;
  readonly tier: Pick<HeavyTier, 'isReady'>;
  readonly inferenceUrl: string | undefined;
}

/** What must be there before the batch service is ready, by name: each part tells what it lacks, or nothing. */
export function batchReadiness({ ping, bell, redisFault, bytes, feed, tier, inferenceUrl }: ReadinessParts) {
  const notReady =
    inferenceUrl === undefined
      ? 'no classifier process is warm yet'
      : 'the inference server does not answer, or its model is not ready';
  return {
    database: ping,
    queue: async () => {
      await bell().waiting();
      return redisFault();
    },
    bytes: async () => (await bytes.fault())?.detail,
    banks: () => Promise.resolve(feed.isLoaded ? undefined : 'the banks have not been read yet'),
    'heavy tier': () => Promise.resolve(tier.isReady ? undefined : notReady),
  };
}
