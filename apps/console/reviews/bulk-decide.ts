import { Problem } from '#contracts/problems.js';
import type {
  BulkCounts,
  BulkDecidedAnswer,
  BulkDecisionBody,
  BulkItemAnswer,
  BulkPreviewAnswer,
  BulkPreviewBody,
} from '#contracts/review-bulk.js';
import type { Reviewer } from '#moderation/review.js';
import type { BulkDeciding, ReviewBulkStore } from '#persistence/review-bulk-store.js';

import { countDecided, type DecideParts } from './decide-review.js';

export interface BulkParts extends Omit<DecideParts, 'reviews'> {
  readonly bulk: ReviewBulkStore;
  /** Cases that one bulk decision may be about. */
  readonly limit: number;
}

/** The same decision about many cases. */
export class BulkDecide {
  constructor(private readonly parts: BulkParts) {}

  /** What deciding would do to each; nothing is written. @throws Problem `too-many-cases` */
  async preview(body: BulkPreviewBody, who: Reviewer): Promise<BulkPreviewAnswer> {
    const deciding = await this.deciding(body, who);
    const items = await this.parts.bulk.preview(body.reviews, deciding);
    return { counts: countsOf(items), items, limit: this.parts.limit };
  }

  /** Decides all that is not refused, in one transaction. @throws Problem `too-many-cases` */
  async decide(body: BulkDecisionBody, who: Reviewer): Promise<BulkDecidedAnswer> {
    const deciding = await this.deciding(body, who);
    const { id, items, outcomes } = await this.parts.bulk.decide(body.reviews, deciding);
    for (const outcome of outcomes) countDecided(this.parts, body, outcome);
    return { id, counts: countsOf(items), items };
  }

  private async deciding(body: BulkPreviewBody, { name, senior, tab }: Reviewer): Promise<BulkDeciding> {
    const { limit, policies, nowMs } = this.parts;
    const { reviews, verdict, policyLabel = null, reason: note } = body;
    if (reviews.length > limit) {
      throw new Problem('too-many-cases', `These are ${reviews.length} cases; at most ${limit} are decided at once.`);
    }
    const { version: policyVersion } = await policies.live();
    return { verdict, policyLabel, note, moderator: name, senior, tab, policyVersion, atMs: nowMs() };
  }
}

function countsOf(items: readonly BulkItemAnswer[]): BulkCounts {
  const count = (outcome: BulkItemAnswer['outcome']): number => items.filter((item) => item.outcome === outcome).length;
  return { changes: count('changes'), confirms: count('confirms'), refused: count('refused') };
}
