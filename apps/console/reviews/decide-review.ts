import type { DecidedAnswer } from '#contracts/review-answer.js';
import type { HumanVerdict, ReviewDecision } from '#contracts/review-decision.js';
import type { Reviewer } from '#moderation/review.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { Outcome } from '#persistence/review-outcome.js';
import type { ReviewStore } from '#persistence/review-store.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { decisionId } from './decision-id.js';
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

  /** @throws Problem `not-found`; `conflict`, `held-by-other`, `held-in-other-tab` unless `who` holds the case; `revision-changed` */
  async decide(id: string, decision: ReviewDecision, { name, senior, tab }: Reviewer): Promise<DecidedAnswer> {
    const { reviews, policies, nowMs } = this.parts;
    const { version } = await policies.live();
    const { verdict, policyLabel = null, reason: note, expectedRevision } = decision;
    const human = { verdict, policyLabel, note, moderator: name, senior, tab, expectedRevision };
    const outcome = await reviews.decide(id, human, version, nowMs());
    if (outcome.kind === 'refused') throw refusal(outcome);
    countDecided(this.parts, decision, outcome);
    const { assetId, revision, transition, served } = outcome;
    return { decisionId: decisionId({ assetId, revision }), revision, transition, served };
  }
}

/** Notes in the metrics what a person decided. */
export function countDecided(
  { metrics, reconciliations }: Pick<DecideParts, 'metrics' | 'reconciliations'>,
  { verdict, policyLabel = null }: HumanVerdict,
  outcome: Outcome,
): void {
  if (outcome.kind === 'refused') return;
  metrics.humanDecided(verdict, outcome.transition);
  const labels = policyLabel === null ? [] : [policyLabel];
  reconciliations.reconciled({ ...outcome, labels, change: null, heldBy: null });
}
