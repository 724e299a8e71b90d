import type { Tag } from '#openapi/route-notes.js';

/** The groups of the console's routes, as its page shows them. */
export const TAGS: readonly Tag[] = [
  {
    name: 'reviews',
    description: 'Cases that people decide.',
    controllers: [
      'ReviewsController',
      'ReviewStepsController',
      'BulkDecisionsController',
      'DecisionsController',
      'RenditionsController',
      'AssetsController',
      'LiveController',
    ],
  },
  {
    name: 'policies',
    description: 'Versions of the policy: drafted, looked at, agreed to, published.',
    controllers: [
      'PoliciesController',
      'PolicyStepsController',
      'PolicyDraftsController',
      'ReplaysController',
      'ThresholdsController',
    ],
  },
  {
    name: 'banks',
    description: 'Known hashes, and what they decide.',
    controllers: ['BanksController', 'BankEntriesController'],
  },
  { name: 'campaigns', description: 'Past assets, judged again.', controllers: ['CampaignsController'] },
  {
    name: 'work',
    description: 'What the batch tier has to do, has not managed, and costs.',
    controllers: [
      'OverviewController',
      'DeadLettersController',
      'DeliveriesController',
      'EndpointsController',
      'FreshnessController',
      'SchedulesController',
      'CostsController',
    ],
  },
  {
    name: 'clients',
    description: 'Applications that upload, and all keys.',
    controllers: ['ClientsController', 'ClientNamesController', 'KeysController'],
  },
  { name: 'erasures', description: 'Assets that are erased for good.', controllers: ['ErasuresController'] },
  {
    name: 'people',
    description: 'Who works here, signing in, and what was done.',
    controllers: ['PersonsController', 'SessionController', 'AuditController'],
  },
  {
    name: 'service',
    description: 'The service itself: health, metrics, this reference.',
    controllers: ['HealthController', 'ReferenceController'],
  },
];
