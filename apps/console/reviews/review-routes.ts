import type { Provider } from '@nestjs/common';

import type { openDatabase } from '#persistence/database.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import { ReviewAssigneeStore } from '#persistence/review-assignee-store.js';
import { ReviewBulkStore } from '#persistence/review-bulk-store.js';
import { ReviewDetailStore } from '#persistence/review-detail-store.js';
import { ReviewOwnStore } from '#persistence/review-own-store.js';
import { ReviewQueueStore } from '#persistence/review-queue-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { ReviewUndoStore } from '#persistence/review-undo-store.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { BulkDecide } from './bulk-decide.js';
import { ClaimReview } from './claim-review.js';
import { DecideReview } from './decide-review.js';
import { ListReviews } from './list-reviews.js';
import { MoveReview } from './move-review.js';
import { OwnDecisions } from './own-decisions.js';
import { ReadReview } from './read-review.js';
import { UndoDecision } from './undo-decision.js';

export interface ReviewParts {
  readonly database: Awaited<ReturnType<typeof openDatabase>>;
  readonly policies: PolicyStore;
  readonly metrics: Metrics;
  readonly reconciliations: ReconciliationMetrics;
  readonly limits: {
    /** How long a moderator's claim lasts. */
    readonly claimMs: number;
    readonly reviewSlaMs: number;
    readonly bulkDecisionsMax: number;
  };
  readonly nowMs: () => number;
}

/** What the routes of moderators' work need. */
export function reviewProviders({ database, limits, ...shared }: ReviewParts): Provider[] {
  const { claimMs, reviewSlaMs: slaMs, bulkDecisionsMax: limit } = limits;
  const { nowMs } = shared;
  const reviews = new ReviewStore(database);
  const queue = new ReviewQueueStore(database);
  const details = new ReviewDetailStore(database);
  const moves = new MoveReview(reviews, new ReviewAssigneeStore(database), nowMs);
  return [
    { provide: ListReviews, useValue: new ListReviews(queue, slaMs, nowMs) },
    { provide: ReadReview, useValue: new ReadReview({ queue, details, slaMs, nowMs }) },
    { provide: ClaimReview, useValue: new ClaimReview(reviews, claimMs, nowMs) },
    { provide: MoveReview, useValue: moves },
    { provide: DecideReview, useValue: new DecideReview({ ...shared, reviews }) },
    { provide: BulkDecide, useValue: new BulkDecide({ ...shared, bulk: new ReviewBulkStore(database), limit }) },
    { provide: UndoDecision, useValue: new UndoDecision(new ReviewUndoStore(database), claimMs, nowMs) },
    { provide: OwnDecisions, useValue: new OwnDecisions(new ReviewOwnStore(database)) },
  ];
}
