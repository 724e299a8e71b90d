import { DISABLED_EVENT, EVENT_TYPES, TEST_EVENT } from '#moderation/events/event-types.js';
import { EndpointBody, EndpointChangeBody } from '#contracts/webhook-body.js';
import { schemaRef, type JsonObject } from '#openapi/json.js';
import type { RouteNotes } from '#openapi/route-notes.js';

const STREAM: JsonObject = {
  schema: {
    type: 'string',
    description:
      'Server-sent events: `id` is that of the event, `event` its type, `data` an `EventPayload` on one line. The first block has no event: its `id` is where the stream begins. Comments keep the connection open.',
  },
  example: `retry: 2000\nid: 019e8f5e-7c1a-7d02-8f11-0b5d3c9e7a10\n\nid: 019e8f5e-8bd1-7d3e-9c55-6a1f8f3a0b42\nevent: asset.final\ndata: {"type":"asset.final","timestamp":"…","data":{…}}\n\n`,
};

export const EVENT_NOTES: Readonly<Record<string, RouteNotes>> = {
  'EventsController.read': {
    parameters: [
      {
        name: 'Last-Event-ID',
        in: 'header',
        description:
          'The id of the last event that was read: the stream begins behind it. Left out: with what happens from now on.',
        schema: { type: 'string', format: 'uuid' },
      },
    ],
    content: { 'text/event-stream': STREAM },
    problems: ['events-gone', 'too-many-streams'],
  },
  'WebhooksController.create': { body: EndpointBody, problems: ['conflict'] },
  'WebhooksController.change': { body: EndpointChangeBody, problems: ['conflict'] },
  'WebhooksController.remove': { problems: ['conflict'] },
  'WebhooksController.rotate': { problems: ['conflict'] },
  'DeliveriesController.replay': { problems: ['conflict'] },
  'DeliveriesController.test': { problems: ['conflict'] },
};

const WHEN: Readonly<Record<string, string>> = {
  'asset.final': 'An asset has its first final decision, also when nothing changed.',
  'asset.superseded': 'Another decision than the first final has come into force.',
  [DISABLED_EVENT]:
    'One of the other endpoints gets nothing any more: it is gone, has failed for days, or an admin has disabled it.',
  [TEST_EVENT]: 'Somebody asked for a test event. It is about no asset.',
};

const header = (name: string, description: string): JsonObject => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

/** Standard Webhooks 1.0. */
const SIGNED: readonly JsonObject[] = [
  header('webhook-id', 'Of the event: the same at every try.'),
  header('webhook-timestamp', 'Of this try, in seconds since 1970. Refuse what is older than five minutes.'),
  header(
    'webhook-signature',
    'One or more, with spaces between: `v1,` and base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>` with the secret of the endpoint.',
  ),
];

/** What the batch service sends to endpoints. */
export const WEBHOOKS: Readonly<Record<string, JsonObject>> = Object.fromEntries(
  [...EVENT_TYPES, TEST_EVENT].map((type) => [type, { post: received(type) }]),
);

function received(type: string): JsonObject {
  const narrowed = { type: 'object', properties: { type: { const: type } } };
  return {
    operationId: `on${type.replace(/(^|\.)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}`,
    tags: ['webhooks'],
    summary: (WHEN[type] ?? type).replace(/\.$/, ''),
    security: [],
    parameters: SIGNED,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { allOf: [schemaRef('EventPayload'), narrowed] } } },
    },
    responses: {
      '2XX': { description: 'Taken.' },
      '410': { description: 'The endpoint is disabled, and nothing more is sent to it until it is enabled again.' },
      default: {
        description: 'A failure, redirects among them: tried again for three days; `Retry-After` is kept to.',
      },
    },
  };
}
