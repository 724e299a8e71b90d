import type { QueueCounts } from '#contracts/review-answer.js';
import type { DeliveryBacklog, DeliveryLogStore } from '#persistence/delivery-log-store.js';
import type { BacklogGlance, FreshnessStore } from '#persistence/freshness-store.js';
import type { OpenLetters, OverviewStore } from '#persistence/overview-store.js';
import type { ReviewQueueStore } from '#persistence/review-queue-store.js';

import { countAll } from '../reviews/list-reviews.js';

/** What there is to do at this moment, whatever the window. */
export interface Standing {
  readonly backlog: BacklogGlance;
  readonly deliveries: DeliveryBacklog;
  readonly queue: QueueCounts;
  readonly letters: readonly OpenLetters[];
}

export interface StandingParts {
  readonly freshness: Pick<FreshnessStore, 'glance'>;
  readonly deliveries: Pick<DeliveryLogStore, 'backlog'>;
  readonly queue: Pick<ReviewQueueStore, 'counts'>;
  readonly overview: Pick<OverviewStore, 'openLetters'>;
  readonly slaMs: number;
}

/** For so long it is the same for all windows: most of it is counted anew at each look. */
const KEPT_MS = 4_000;

/** What there is to do, read once for all who ask within a few seconds. */
export class KeptStanding {
  private kept: { readonly answer: Promise<Standing>; readonly readAtMs: number } | undefined;

  constructor(private readonly parts: StandingParts) {}

  /** @throws DatabaseLate, and reads anew the next time */
  read(nowMs: number): Promise<Standing> {
    if (this.kept !== undefined && Math.abs(nowMs - this.kept.readAtMs) < KEPT_MS) return this.kept.answer;
    const kept = { answer: readStanding(this.parts, nowMs), readAtMs: nowMs };
    this.kept = kept;
    kept.answer.catch(() => {
      if (this.kept === kept) this.kept = undefined;
    });
    return kept.answer;
  }
}

/** One statement after the other: it takes one connection. */
async function readStanding(parts: StandingParts, nowMs: number): Promise<Standing> {
  const backlog = await parts.freshness.glance();
  const deliveries = await parts.deliveries.backlog();
  const queue = await countAll(parts.queue, nowMs, parts.slaMs);
  const letters = await parts.overview.openLetters();
  return { backlog, deliveries, queue, letters };
}
