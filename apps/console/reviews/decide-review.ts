import type { DecidedAnswer } from '#contracts/review-answer.js';
import type { ReviewDecision } from '#contracts/review-decision.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { ReviewStore } from '#persistence/review-store.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { refusal } from './refusal.js';

export interface DecideParts {
  readonly reviews: ReviewStore;
  readonly policies: PolicyStore;
  readonly metrics: Metrics;
  readonly reconciliations: ReconciliationMetrics;
  readonly nowMs: () => number;
}

/** Ends a case with a human decision under the policy that is live now. */
export class DecideReview {
  constructor(private readonly parts: DecideParts) {}

  /** @throws Problem `not-found`; `conflict` unless `moderator` holds the case */
  async decide(id: string, decision: ReviewDecision, moderator: string): Promise<DecidedAnswer> {
    const { reviews, policies, metrics, reconciliations, nowMs } = this.parts;
    const { version } = await policies.live();
    const { verdict, policyLabel = null, reason: note } = decision;
    const outcome = await reviews.decide(id, { verdict, policyLabel, note, moderator }, version, nowMs());
    if (outcome.kind === 'refused') throw refusal(outcome);
    const { revision, transition, served } = outcome;
    metrics.humanDecided(verdict, transition);
    const labels = policyLabel === null ? [] : [policyLabel];
    reconciliations.reconciled({ ...outcome, labels, change: null, heldBy: null });
    return { revision, transition, served };
  }
}
