import type { DecidedAnswer } from '#contracts/review-answer.js';
import type { ReviewDecision } from '#contracts/review-decision.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { ReviewStore } from '#persistence/review-store.js';
import type { Metrics } from '#telemetry/metrics.js';

import { refusal } from './refusal.js';

export interface DecideParts {
  readonly reviews: ReviewStore;
  readonly policies: PolicyStore;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
}

/** Ends a case with a human decision under the policy that is live now. */
export class DecideReview {
  constructor(private readonly parts: DecideParts) {}

  /** @throws Problem `not-found`; `conflict` unless `moderator` holds the case */
  async decide(id: string, decision: ReviewDecision, moderator: string): Promise<DecidedAnswer> {
    const { reviews, policies, metrics, nowMs } = this.parts;
    const { version } = await policies.live();
    const { verdict, policyLabel = null, reason: note } = decision;
    const outcome = await reviews.decide(id, { verdict, policyLabel, note, moderator }, version, nowMs());
    if (outcome.kind === 'refused') throw refusal(outcome);
    const { revision, transition, served } = outcome;
    metrics.humanDecided(verdict, transition);
    return { revision, transition, served };
  }
}
