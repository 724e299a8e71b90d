import type { RouteNotes } from '#openapi/route-notes.js';

const OF_CASE: RouteNotes = { problems: ['conflict', 'held-by-other'] };
const DECISION = {
  description: 'Of `GET /api/decisions`: the asset and the revision.',
  schema: { type: 'string' },
} as const;
const UNDO: RouteNotes = { problems: ['conflict', 'held-by-other', 'decided-since', 'erased'] };

const STREAM: RouteNotes['content'] = {
  'text/event-stream': {
    schema: {
      type: 'string',
      description: 'Server-sent events `queue`: counts as JSON, at once and whenever they change.',
    },
  },
};

/** Of cases, decisions, and the pictures that they are about. */
export const REVIEW_NOTES: Readonly<Record<string, RouteNotes>> = {
  'ReviewsController.claim': OF_CASE,
  'ReviewsController.renew': OF_CASE,
  'ReviewsController.next': { problems: ['queue-empty'] },
  'ReviewsController.decide': { problems: ['conflict', 'held-by-other', 'revision-changed'] },
  'ReviewStepsController.release': OF_CASE,
  'ReviewStepsController.skip': OF_CASE,
  'ReviewStepsController.hold': OF_CASE,
  'ReviewStepsController.escalate': OF_CASE,
  'ReviewStepsController.assign': OF_CASE,
  'ReviewStepsController.return': OF_CASE,
  'BulkDecisionsController.preview': { problems: ['too-many-cases'] },
  'BulkDecisionsController.decide': { problems: ['too-many-cases'] },
  'BulkDecisionsController.undo': UNDO,
  'DecisionsController.undo': { ...UNDO, pathParameters: { id: DECISION } },
  'RenditionsController.read': {
    content: { 'image/webp': { schema: { type: 'string', format: 'binary' } } },
    problems: ['erased', 'undecodable'],
  },
  'LiveController.read': { content: STREAM, problems: ['too-many-streams'] },
};
