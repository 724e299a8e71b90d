import type { DecidedAnswer } from '#contracts/review-answer.js';
import type { ReviewDecision } from '#contracts/review-decision.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { ReviewStore } from '#persistence/review-store.js';

import { refusal } from './refusal.js';

/** Ends a case with a human decision under the policy that is live now. */
export class DecideReview {
  constructor(
    private readonly reviews: ReviewStore,
    private readonly policies: PolicyStore,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `not-found`; `conflict` unless `moderator` holds the case */
  async decide(id: string, decision: ReviewDecision, moderator: string): Promise<DecidedAnswer> {
    const { version } = await this.policies.live();
    const { verdict, policyLabel = null, reason: note } = decision;
    const outcome = await this.reviews.decide(id, { verdict, policyLabel, note, moderator }, version, this.nowMs());
    if (outcome.kind === 'refused') throw refusal(outcome);
    const { revision, transition, served } = outcome;
    return { revision, transition, served };
  }
}
