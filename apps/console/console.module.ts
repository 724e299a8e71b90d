import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

import type { AccessStore } from '#persistence/access-store.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import type { ReviewDetailStore } from '#persistence/review-detail-store.js';
import type { ReviewStore } from '#persistence/review-store.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { HealthController, READINESS, type Readiness } from '#service/health.controller.js';

import { AddEntries } from './banks/add-entries.js';
import { BankEntriesController } from './banks/bank-entries.controller.js';
import { BanksController } from './banks/banks.controller.js';
import { ChangeBank } from './banks/change-bank.js';
import { CreateBank } from './banks/create-bank.js';
import { ListEntries } from './banks/list-entries.js';
import { LookUp } from './banks/look-up.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DraftPolicy } from './policies/draft-policy.js';
import { PoliciesController } from './policies/policies.controller.js';
import { PublishPolicy } from './policies/publish-policy.js';
import { ClaimReview } from './reviews/claim-review.js';
import { DecideReview } from './reviews/decide-review.js';
import { ListReviews } from './reviews/list-reviews.js';
import { ReadReview } from './reviews/read-review.js';
import { ReviewsController } from './reviews/reviews.controller.js';

export interface ConsoleParts {
  readonly reviews: ReviewStore;
  readonly details: ReviewDetailStore;
  readonly policies: PolicyStore;
  readonly banks: BankStore;
  readonly entries: BankEntryStore;
  readonly deadLetters: DeadLetterStore;
  readonly access: AccessStore;
  readonly readiness: Readiness;
  /** How long a moderator's claim lasts. */
  readonly claimMs: number;
  readonly nowMs: () => number;
}

class ConsoleModule {}

/** The console service's routes around parts that were built before. */
export const consoleModule = (parts: ConsoleParts): DynamicModule => {
  const { reviews, details, policies, banks, entries, deadLetters, access, readiness, claimMs, nowMs } = parts;
  return {
    module: ConsoleModule,
    controllers: [
      ReviewsController,
      PoliciesController,
      BanksController,
      BankEntriesController,
      DeadLettersController,
      HealthController,
    ],
    providers: [
      { provide: ListReviews, useValue: new ListReviews(reviews, nowMs) },
      { provide: ReadReview, useValue: new ReadReview(details, nowMs) },
      { provide: ClaimReview, useValue: new ClaimReview(reviews, claimMs, nowMs) },
      { provide: DecideReview, useValue: new DecideReview({ reviews, policies, metrics: readiness.metrics, nowMs }) },
      { provide: PolicyStore, useValue: policies },
      { provide: DraftPolicy, useValue: new DraftPolicy(policies) },
      { provide: PublishPolicy, useValue: new PublishPolicy(policies) },
      { provide: BankStore, useValue: banks },
      { provide: BankEntryStore, useValue: entries },
      { provide: CreateBank, useValue: new CreateBank(banks) },
      { provide: ChangeBank, useValue: new ChangeBank(banks) },
      { provide: ListEntries, useValue: new ListEntries(banks, entries) },
      { provide: AddEntries, useValue: new AddEntries(banks, entries) },
      { provide: LookUp, useValue: new LookUp(banks, entries, nowMs) },
      { provide: DeadLetterStore, useValue: deadLetters },
      { provide: READINESS, useValue: readiness },
      { provide: APP_GUARD, useValue: new ApiKeyGuard((secret) => access.principal(secret)) },
    ],
  };
};
