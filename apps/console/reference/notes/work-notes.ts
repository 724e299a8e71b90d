import type { RouteNotes } from '#openapi/route-notes.js';

const WHOLE = { schema: { type: 'integer', minimum: 1 } } as const;
const CLASS = { schema: { type: 'string', enum: ['urgent', 'normal', 'bulk'] } } as const;
const CONFLICT: RouteNotes = { problems: ['conflict'] };
const OF_CLASS: RouteNotes = { pathParameters: { class: CLASS } };

/** Of banks, campaigns and the batch tier's work. */
export const WORK_NOTES: Readonly<Record<string, RouteNotes>> = {
  'BanksController.create': CONFLICT,
  'BankEntriesController.import': {
    body: {
      description: 'Hashes, one a line.',
      content: { 'text/plain': { schema: { type: 'string' } } },
    },
    problems: ['unsupported-media'],
  },
  'CampaignsController.start': CONFLICT,
  'CampaignsController.pause': CONFLICT,
  'CampaignsController.resume': CONFLICT,
  'CampaignsController.apply': CONFLICT,
  'CampaignsController.retry': CONFLICT,
  'CampaignsController.discard': CONFLICT,
  'CampaignsController.rollback': CONFLICT,
  'DeadLettersController.read': { pathParameters: { id: WHOLE } },
  'EndpointsController.enable': CONFLICT,
  'EndpointsController.replay': CONFLICT,
  'SchedulesController.set': OF_CLASS,
  'SchedulesController.clear': OF_CLASS,
};
