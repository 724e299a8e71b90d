import type { LiveQueue as QueueState } from '#contracts/review-answer.js';

import { LiveFeed, type FeedParts } from './live-feed.js';
import { StreamPlaces } from './stream-places.js';

const POLL_MS = 1_000;

export interface LiveParts extends Pick<FeedParts, 'listeners' | 'onError'> {
  /** How the queue stands. */
  readonly look: () => Promise<QueueState>;
  readonly pollMs?: number;
  readonly places?: StreamPlaces;
}

/** Tells whoever listens how the queue stands, and when that has changed. */
export class LiveQueue extends LiveFeed {
  constructor(parts: LiveParts) {
    super({ pollMs: POLL_MS, places: new StreamPlaces(), ...parts, event: 'queue' });
  }
}
