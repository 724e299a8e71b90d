import type { DynamicModule, Provider } from '@nestjs/common';

import type { Price } from '#contracts/cost-answer.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';
import type { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import type { UsageStore } from '#persistence/usage-store.js';
import { HealthController, READINESS, type Readiness } from '#service/health.controller.js';
import { ReferenceFiles } from '#service/reference/reference-files.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

import { AssetsController } from './assets/assets.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { AddEntries } from './banks/add-entries.js';
import { BankEntriesController } from './banks/bank-entries.controller.js';
import { BanksController } from './banks/banks.controller.js';
import { ChangeBank } from './banks/change-bank.js';
import { CreateBank } from './banks/create-bank.js';
import { ListEntries } from './banks/list-entries.js';
import { LookUp } from './banks/look-up.js';
import { CampaignsController } from './campaigns/campaigns.controller.js';
import { ClientNamesController } from './clients/client-names.controller.js';
import { ClientsController } from './clients/clients.controller.js';
import { KeysController } from './clients/keys.controller.js';
import { CostsController } from './costs/costs.controller.js';
import { ReadCosts } from './costs/read-costs.js';
import { CloseDeadLetters } from './dead-letters/close-dead-letters.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { ReadDeadLetters } from './dead-letters/read-dead-letters.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { EndpointsController } from './deliveries/endpoints.controller.js';
import { ErasuresController } from './erasures/erasures.controller.js';
import { FreshnessController } from './freshness/freshness.controller.js';
import { LiveController } from './live/live.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { PagesController } from './pages/pages.controller.js';
import { PagesFiles } from './pages/pages-files.js';
import { PersonsController } from './persons/persons.controller.js';
import { PoliciesController } from './policies/policies.controller.js';
import { PolicyDraftsController } from './policies/policy-drafts.controller.js';
import { PolicyStepsController } from './policies/policy-steps.controller.js';
import { ReferenceController } from './reference/reference.controller.js';
import { ReplaysController } from './replay/replays.controller.js';
import { RenditionsController } from './renditions/renditions.controller.js';
import { BulkDecisionsController } from './reviews/bulk-decisions.controller.js';
import { DecisionsController } from './reviews/decisions.controller.js';
import { ReviewStepsController } from './reviews/review-steps.controller.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { SessionController } from './sign-in/session.controller.js';
import { ThresholdsController } from './thresholds/thresholds.controller.js';

export interface ConsoleParts {
  /** Of moderators: cases, decisions, pictures, and what tells of them. */
  readonly reviewWork: readonly Provider[];
  /** Of lists of assets. */
  readonly assets: readonly Provider[];
  readonly banks: BankStore;
  readonly entries: BankEntryStore;
  readonly deadLetters: DeadLetterStore;
  /** Where the assets' bytes are. */
  readonly bytes: Pick<AssetBytes, 'presence'>;
  readonly freshness: FreshnessStore;
  readonly usage: UsageStore;
  readonly overview: readonly Provider[];
  readonly price: Price;
  /** Of policies and replays. */
  readonly policyWork: readonly Provider[];
  readonly thresholds: readonly Provider[];
  readonly campaigns: readonly Provider[];
  readonly schedules: readonly Provider[];
  /** Of what clients are told. */
  readonly deliveries: readonly Provider[];
  /** Of clients and keys. */
  readonly clients: readonly Provider[];
  readonly erasures: readonly Provider[];
  /** Of persons, sessions and the audit; with the guard. */
  readonly persons: readonly Provider[];
  readonly readiness: Readiness;
  /** Of the API; undefined: it is not shown. */
  readonly reference: ReferenceFiles | undefined;
  /** What people see. */
  readonly pages: PagesFiles;
  readonly nowMs: () => number;
}

/** Every route of the service but its pages. */
export const CONSOLE_CONTROLLERS = [
  ReviewsController,
  ReviewStepsController,
  BulkDecisionsController,
  DecisionsController,
  RenditionsController,
  AssetsController,
  LiveController,
  PoliciesController,
  PolicyStepsController,
  PolicyDraftsController,
  ReplaysController,
  ThresholdsController,
  BanksController,
  BankEntriesController,
  DeadLettersController,
  DeliveriesController,
  EndpointsController,
  FreshnessController,
  CostsController,
  OverviewController,
  CampaignsController,
  SchedulesController,
  ClientsController,
  ClientNamesController,
  KeysController,
  ErasuresController,
  PersonsController,
  SessionController,
  AuditController,
  ReferenceController,
  HealthController,
];

class ConsoleModule {}

/** The console service's routes around parts that were built before. */
export const consoleModule = (parts: ConsoleParts): DynamicModule => {
  const { banks, entries, deadLetters, readiness, nowMs } = parts;
  return {
    module: ConsoleModule,
    controllers: [
      ...CONSOLE_CONTROLLERS.filter((one) => one !== ReferenceController || parts.reference !== undefined),
      PagesController,
    ],
    providers: [
      ...parts.reviewWork,
      ...parts.assets,
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
      ...parts.policyWork,
      ...parts.thresholds,
      ...parts.overview,
      ...parts.campaigns,
      ...parts.schedules,
      ...parts.deliveries,
      ...parts.clients,
      ...parts.erasures,
      ...parts.persons,
      ...(parts.reference === undefined ? [] : [{ provide: ReferenceFiles, useValue: parts.reference }]),
      { provide: PagesFiles, useValue: parts.pages },
      { provide: READINESS, useValue: readiness },
    ],
  };
};
