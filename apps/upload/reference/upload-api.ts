import { BulkFileLine, BulkUrlLine } from '#contracts/bulk-line.js';
import type { EventPayload } from '#contracts/event-payload.js';
import type { ItemProblem } from '#contracts/bulk-answer.js';
import type { OipInferAnswer, OipInferRequest, OipProblem } from '#contracts/oip.js';
import type { ProblemBody } from '#contracts/problems.js';
import { UrlSubmission } from '#contracts/url-submission.js';
import { aboutService, PROBLEM_STYLE } from '#openapi/about-service.js';
import { KEY_ACCESS } from '#openapi/access-style.js';
import { describeApi } from '#openapi/describe-api.js';
import type { JsonObject } from '#openapi/json.js';
import { readSources } from '#openapi/read-sources.js';
import type { RouteNotes, Tag } from '#openapi/route-notes.js';
import { SERVICE_NOTES } from '#openapi/service-notes.js';

import { UPLOAD_CONTROLLERS } from '../upload.module.js';
import { HEADERS } from './notes/header-notes.js';
import { assetNotes } from './notes/asset-notes.js';
import { BATCH_NOTES } from './notes/batch-notes.js';
import { EVENT_NOTES, WEBHOOKS } from './notes/event-notes.js';
import { OIP_NOTES, OIP_PROBLEMS } from './notes/oip-notes.js';

const FOLDERS = ['apps/upload', 'libs/service'];

const TAGS: readonly Tag[] = [
  {
    name: 'assets',
    description: 'Images, and what was decided about them.',
    controllers: ['AssetsController', 'EraseAssetController'],
  },
  { name: 'batches', description: 'Many images at once.', controllers: ['BatchesController'] },
  { name: 'events', description: 'What becomes of assets, as a stream.', controllers: ['EventsController'] },
  {
    name: 'webhooks',
    description: 'What becomes of assets, sent to your servers (Standard Webhooks 1.0).',
    controllers: ['WebhooksController', 'DeliveriesController'],
  },
  {
    name: 'inference',
    description: 'Raw scores of the fast model (Open Inference Protocol v2).',
    controllers: ['OipServerController', 'OipModelController', 'OipInferController'],
  },
  {
    name: 'service',
    description: 'The service itself: health, metrics, plan, this reference.',
    controllers: ['HealthController', 'PlanController', 'ReferenceController'],
  },
];

const PLAN_NOTES: Readonly<Record<string, RouteNotes>> = { 'PlanController.read': { problems: ['not-found'] } };

/** Types that bodies, webhooks and problems name, and no handler returns. */
interface Named {
  readonly EventPayload: EventPayload;
  readonly ItemProblem: ItemProblem;
  readonly OipInferAnswer: OipInferAnswer;
  readonly OipInferRequest: OipInferRequest;
  readonly OipProblem: OipProblem;
  readonly ProblemBody: ProblemBody;
}

const TYPES: readonly (keyof Named)[] = [
  'EventPayload',
  'ItemProblem',
  'OipInferAnswer',
  'OipInferRequest',
  'OipProblem',
  'ProblemBody',
];

const UUID = { type: 'string', format: 'uuid' };

const PATH_PARAMETERS: Readonly<Record<string, JsonObject>> = {
  id: { schema: UUID },
  eventId: { description: 'Header `webhook-id` of the event.', schema: UUID },
  name: { description: 'Of the model.', schema: { type: 'string' } },
  version: { description: 'Of the model.', schema: { type: 'string' } },
  file: { schema: { type: 'string' } },
};

const DESCRIPTION = [
  'Upload an image and get a provisional decision in milliseconds; the final one follows, and may differ.',
  '`served` is the one thing that your code needs: may it be shown.',
  'Every error is `application/problem+json` (RFC 9457) with a stable `code`.',
].join(' ');

/**
 * The OpenAPI document of the upload service, made of its code.
 *
 * @param root of the repository, with sources
 * @throws Undescribed for a route that the code does not say enough about
 */
export function uploadApi(root: string): JsonObject {
  const { docOf } = readSources(root, ['libs/contracts']);
  return describeApi({
    root,
    folders: FOLDERS,
    info: aboutService(root, 'Portcullis upload API', DESCRIPTION),
    tags: TAGS,
    controllers: UPLOAD_CONTROLLERS,
    notes: { ...assetNotes(docOf), ...BATCH_NOTES, ...EVENT_NOTES, ...OIP_NOTES, ...SERVICE_NOTES, ...PLAN_NOTES },
    pathParameters: PATH_PARAMETERS,
    headers: HEADERS,
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'An API key, `pck_…`; an admin makes it.' },
    },
    access: KEY_ACCESS,
    problemStyle: (path) => (path.startsWith('/v2') ? OIP_PROBLEMS : PROBLEM_STYLE),
    webhooks: WEBHOOKS,
    types: TYPES,
    classes: [UrlSubmission, BulkUrlLine, BulkFileLine],
  });
}
