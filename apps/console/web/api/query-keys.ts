import type { OverviewWindow } from '#moderation/overview/windows.js';
import type { PolicyDocument } from '#moderation/policy.js';

import type { AssetFilter } from './assets.js';
import type { AuditFilter } from './audit.js';
import type { DeadLetterFilter } from './dead-letters.js';
import type { DeliveryFilter, EndpointFilter } from './deliveries.js';
import type { QueueFilter } from './reviews.js';
import type { SampleChoice } from './sample-choice.js';

/** The names under which answers are kept: everything that asks or changes something uses these and no others. */
export const KEYS = {
  session: ['session'],
  queues: ['queue'],
  queue: (filter: QueueFilter) => ['queue', filter],
  reviews: ['review'],
  assets: (filter: AssetFilter) => ['assets', 'list', filter],
  asset: (id: string) => ['assets', 'one', id],
  review: (id: string) => ['review', id],
  decisions: ['decisions'],
  audit: (filter: AuditFilter) => ['audit', filter],
  overview: (window: OverviewWindow) => ['overview', window],
  costs: (since: string) => ['costs', since],
  deadLetters: ['dead-letters'],
  deadLetterList: (filter: DeadLetterFilter) => ['dead-letters', 'list', filter],
  deadLetter: (id: number) => ['dead-letters', 'one', id],
  deliveries: ['deliveries'],
  deliveryList: (filter: DeliveryFilter) => ['deliveries', 'list', filter],
  endpointList: (filter: EndpointFilter) => ['deliveries', 'endpoints', filter],
  persons: ['persons'],
  personSessions: (id: string) => ['persons', id, 'sessions'],
  policies: ['policies'],
  policyList: ['policies', 'list'],
  policy: (version: number | 'live') => ['policies', 'one', version],
  policyDiff: (version: number, against: number | undefined) => ['policies', 'diff', version, against],
  policyDemands: ['policy-demands'],
  policyDrafts: ['policy-drafts'],
  policyDraft: (id: string) => ['policy-drafts', id],
  policyDraftMerge: (id: string) => ['policy-drafts', id, 'merge'],
  clientNames: ['client-names'],
  thresholds: (sample: SampleChoice) => ['thresholds', 'counts', sample],
  thresholdPreview: (sample: SampleChoice, document: PolicyDocument) => ['thresholds', 'preview', sample, document],
  replays: ['replays'],
  replaysOf: (subject: string) => ['replays', 'of', subject],
  replay: (id: string) => ['replays', 'one', id],
} as const;
