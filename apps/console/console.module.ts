import type { DynamicModule, Provider } from '@nestjs/common';

import type { Price } from '#contracts/cost-answer.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';
import type { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import type { ReviewDetailStore } from '#persistence/review-detail-store.js';
import type { ReviewStore } from '#persistence/review-store.js';
import type { UsageStore } from '#persistence/usage-store.js';
import { HealthController, READINESS, type Readiness } from '#service/health.controller.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import type { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';

import { AuditController } from './audit/audit.controller.js';
import { AddEntries } from './banks/add-entries.js';
import { BankEntriesController } from './banks/bank-entries.controller.js';
import { BanksController } from './banks/banks.controller.js';
import { ChangeBank } from './banks/change-bank.js';
import { CreateBank } from './banks/create-bank.js';
import { ListEntries } from './banks/list-entries.js';
import { LookUp } from './banks/look-up.js';
import { CampaignsController } from './campaigns/campaigns.controller.js';
import { ClientsController } from './clients/clients.controller.js';
import { KeysController } from './clients/keys.controller.js';
import { CostsController } from './costs/costs.controller.js';
import { ReadCosts } from './costs/read-costs.js';
import { CloseDeadLetters } from './dead-letters/close-dead-letters.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { ReadDeadLetters } from './dead-letters/read-dead-letters.js';
import { ErasuresController } from './erasures/erasures.controller.js';
import { FreshnessController } from './freshness/freshness.controller.js';
import { PersonsController } from './persons/persons.controller.js';
import { DraftPolicy } from './policies/draft-policy.js';
import { PoliciesController } from './policies/policies.controller.js';
import { PublishPolicy } from './policies/publish-policy.js';
import { ClaimReview } from './reviews/claim-review.js';
import { DecideReview } from './reviews/decide-review.js';
import { ListReviews } from './reviews/list-reviews.js';
import { ReadReview } from './reviews/read-review.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { SessionController } from './sign-in/session.controller.js';

export interface ConsoleParts {
  readonly reviews: ReviewStore;
  readonly details: ReviewDetailStore;
  readonly policies: PolicyStore;
  readonly banks: BankStore;
  readonly entries: BankEntryStore;
  readonly deadLetters: DeadLetterStore;
  /** Where the assets' bytes are. */
  readonly bytes: Pick<AssetBytes, 'presence'>;
  readonly freshness: FreshnessStore;
  readonly usage: UsageStore;
  readonly price: Price;
  readonly campaigns: readonly Provider[];
  readonly schedules: readonly Provider[];
  /** Of clients and keys. */
  readonly clients: readonly Provider[];
  readonly erasures: readonly Provider[];
  /** Of persons, sessions and the audit; with the guard. */
  readonly persons: readonly Provider[];
  readonly reconciliations: ReconciliationMetrics;
  readonly readiness: Readiness;
  /** How long a moderator's claim lasts. */
  readonly claimMs: number;
  readonly nowMs: () => number;
}

class ConsoleModule {}

/** The console service's routes around parts that were built before. */
export const consoleModule = (parts: ConsoleParts): DynamicModule => {
  const { reviews, details, policies, banks, entries, deadLetters, readiness, claimMs, nowMs } = parts;
  const { reconciliations } = parts;
  const { metrics } = readiness;
  return {
    module: ConsoleModule,
    controllers: [
      ReviewsController,
      PoliciesController,
      BanksController,
      BankEntriesController,
      DeadLettersController,
      FreshnessController,
      CostsController,
      CampaignsController,
      SchedulesController,
      ClientsController,
      KeysController,
      ErasuresController,
      PersonsController,
      SessionController,
      AuditController,
      HealthController,
    ],
    providers: [
      { provide: ListReviews, useValue: new ListReviews(reviews, nowMs) },
      { provide: ReadReview, useValue: new ReadReview(details, nowMs) },
      { provide: ClaimReview, useValue: new ClaimReview(reviews, claimMs, nowMs) },
      { provide: DecideReview, useValue: new DecideReview({ reviews, policies, metrics, reconciliations, nowMs }) },
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
      { provide: ReadDeadLetters, useValue: new ReadDeadLetters(deadLetters, parts.bytes) },
      { provide: CloseDeadLetters, useValue: new CloseDeadLetters(deadLetters) },
      { provide: FreshnessStore, useValue: parts.freshness },
      { provide: ReadCosts, useValue: new ReadCosts(parts.usage, parts.price, nowMs) },
      ...parts.campaigns,
      ...parts.schedules,
      ...parts.clients,
      ...parts.erasures,
      ...parts.persons,
      { provide: READINESS, useValue: readiness },
    ],
  };
};
