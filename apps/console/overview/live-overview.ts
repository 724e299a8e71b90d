import type { OverviewAnswer } from '#contracts/overview-answer.js';
import { OVERVIEW_WINDOWS, type OverviewWindow } from '#moderation/overview/windows.js';

import { LiveFeed, type FeedParts } from '../live/live-feed.js';

const SECOND_MS = 1_000;
/** How often figures of a window are read while somebody looks at them: short ones move faster. */
const POLL_MS: Readonly<Record<OverviewWindow, number>> = {
  '15m': 5 * SECOND_MS,
  '1h': 5 * SECOND_MS,
  '24h': 15 * SECOND_MS,
  '7d': 60 * SECOND_MS,
};
/** Of that time figures are told to whoever comes: they are not read anew. */
const KEPT = 0.8;

interface Kept {
  readonly answer: Promise<OverviewAnswer>;
  readonly readAtMs: number;
  isUnderWay: boolean;
}

export interface LiveOverviewParts extends Pick<FeedParts, 'places' | 'listeners' | 'onError'> {
  readonly read: (window: OverviewWindow) => Promise<OverviewAnswer>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
}

/** Figures of each window, read once for all who ask or listen; while nobody does nothing is read. */
export class LiveOverview {
  private readonly kept = new Map<OverviewWindow, Kept>();
  private readonly feeds: ReadonlyMap<OverviewWindow, LiveFeed>;

  constructor(private readonly parts: LiveOverviewParts) {
    const { places, listeners, onError } = parts;
    const feed = (window: OverviewWindow): LiveFeed =>
      new LiveFeed({
        event: 'overview',
        pollMs: POLL_MS[window],
        look: () => this.read(window),
        places,
        listeners,
        onError,
      });
    this.feeds = new Map(OVERVIEW_WINDOWS.map((window) => [window, feed(window)]));
  }

  start(): void {
    for (const feed of this.feeds.values()) feed.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.feeds.values()].map((feed) => feed.stop()));
  }

  feed(window: OverviewWindow): LiveFeed {
    const feed = this.feeds.get(window);
    if (feed === undefined) throw new Error('each window has its feed');
    return feed;
  }

  /** Figures that are a few seconds old at most, for a short window. @throws DatabaseLate */
  read(window: OverviewWindow): Promise<OverviewAnswer> {
    const nowMs = this.parts.nowMs();
    const known = this.kept.get(window);
    const isFresh = known !== undefined && nowMs - known.readAtMs < POLL_MS[window] * KEPT;
    if (known !== undefined && (known.isUnderWay || isFresh)) return known.answer;
    const answer = this.parts.read(window);
    const kept = { answer, readAtMs: nowMs, isUnderWay: true };
    this.kept.set(window, kept);
    answer.then(
      () => (kept.isUnderWay = false),
      () => this.kept.delete(window),
    );
    return answer;
  }
}
