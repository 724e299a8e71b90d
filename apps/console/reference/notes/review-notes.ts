import { TAB, TURN } from '#contracts/review-work.js';
import type { RouteNotes } from '#openapi/route-notes.js';
import { TAGGED } from '#openapi/service-notes.js';

const TAB_PARAMETER = {
  name: 'X-Portcullis-Tab',
  in: 'header',
  description:
    'Which tab of the caller asks: a claim is the tab’s that took it. At random, of letters, digits, `-` and `_`. Left out: none, as programs have it.',
  schema: { type: 'string', pattern: TAB.source },
} as const;
const TURN_PARAMETER = {
  name: 'X-Portcullis-Turn',
  in: 'header',
  description:
    'Of a tab: the number of this request, larger than those before. A claim or a release of a case that arrives after a later one of the same tab is refused. Left out: whatever comes is taken as it comes.',
  schema: { type: 'string', pattern: TURN.source },
} as const;
const OF_TAB = { parameters: [TAB_PARAMETER, TURN_PARAMETER] } as const;
const OF_CASE = { ...OF_TAB, problems: ['conflict', 'held-by-other', 'held-in-other-tab'] } as const;
const DECISION = {
  description: 'Of `GET /api/decisions`: the asset and the revision.',
  schema: { type: 'string' },
} as const;
const UNDO: RouteNotes = { ...OF_TAB, problems: ['conflict', 'held-by-other', 'decided-since', 'erased'] };

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
  'ReviewsController.claim': { ...OF_CASE, problems: [...OF_CASE.problems, 'too-many-claims'] },
  'ReviewsController.takeOver': { ...OF_TAB, problems: ['conflict', 'held-by-other', 'too-many-claims'] },
  'ReviewsController.renew': OF_CASE,
  'ReviewsController.next': { ...OF_TAB, problems: ['queue-empty', 'too-many-claims'] },
  'ReviewsController.decide': {
    ...OF_TAB,
    problems: ['conflict', 'held-by-other', 'held-in-other-tab', 'revision-changed'],
  },
  'ReviewStepsController.release': OF_CASE,
  'ReviewStepsController.skip': OF_CASE,
  'ReviewStepsController.hold': OF_CASE,
  'ReviewStepsController.escalate': OF_CASE,
  'ReviewStepsController.assign': OF_CASE,
  'ReviewStepsController.return': OF_CASE,
  'BulkDecisionsController.preview': { ...OF_TAB, problems: ['too-many-cases'] },
  'BulkDecisionsController.decide': { ...OF_TAB, problems: ['too-many-cases'] },
  'BulkDecisionsController.undo': UNDO,
  'DecisionsController.undo': { ...UNDO, pathParameters: { id: DECISION } },
  'RenditionsController.read': {
    ...TAGGED,
    content: { 'image/webp': { schema: { type: 'string', format: 'binary' } } },
    problems: ['erased', 'undecodable'],
  },
  'LiveController.read': { content: STREAM, problems: ['too-many-streams'] },
  'OverviewController.follow': { content: STREAM, problems: ['too-many-streams'] },
};
