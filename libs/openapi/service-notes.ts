import type { JsonObject } from './json.js';
import type { RouteNotes } from './route-notes.js';

const text = (description: string): JsonObject => ({ schema: { type: 'string', description } });

const UI_FILE: JsonObject = { schema: { type: 'string', format: 'binary' } };

const KEPT: RouteNotes['parameters'] = [
  {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` of what the reader has: 304 when it is still good.',
    schema: { type: 'string' },
  },
];
const STILL_GOOD = { 304: { description: 'What the reader has is still good.' } };
/** Of what a reader may keep, and asks for again with its tag. */
export const TAGGED: RouteNotes = { parameters: KEPT, headers: ['ETag'], responses: STILL_GOOD };

/** What every service has: health, metrics, and its reference. */
export const SERVICE_NOTES: Readonly<Record<string, RouteNotes>> = {
  'HealthController.ready': {
    responses: {
      503: {
        description: 'Something is missing.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ReadyAnswer' } } },
      },
    },
  },
  'HealthController.metrics': { content: { 'text/plain': text('Prometheus’ text format.') } },
  'ReferenceController.document': {
    ...TAGGED,
    content: { 'application/json': { schema: { type: 'object', description: 'An OpenAPI 3.1 document.' } } },
  },
  'ReferenceController.page': {
    ...TAGGED,
    content: { 'text/html': text('A page for people.') },
  },
  'ReferenceController.file': {
    ...TAGGED,
    content: { 'text/css': UI_FILE, 'text/javascript': UI_FILE, 'image/png': UI_FILE },
  },
};
