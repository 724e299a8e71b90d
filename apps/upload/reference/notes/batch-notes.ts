import type { JsonObject } from '#openapi/json.js';
import type { RouteNotes } from '#openapi/route-notes.js';

import { BINARY, IDEMPOTENCY_KEY } from './asset-notes.js';

const URL = 'https://images.example/1.jpg';

const LINES: JsonObject = {
  schema: { type: 'string', description: 'One JSON object a line, each a `BulkUrlLine`.' },
  example: `{"url":"${URL}","externalId":"post-1"}\n{"url":"https://images.example/2.jpg"}\n`,
};

const ERRORS: JsonObject = {
  schema: {
    type: 'string',
    description: 'One JSON object a line: a `BulkUrlLine` or a `BulkFileLine` with its `problem`.',
  },
  example: `{"url":"${URL}","externalId":"post-1","problem":{"code":"undecodable","detail":"The image cannot be decoded."}}\n`,
};

export const BATCH_NOTES: Readonly<Record<string, RouteNotes>> = {
  'BatchesController.submit': {
    status: 202,
    parameters: [IDEMPOTENCY_KEY],
    body: {
      description:
        'JSON lines of addresses, or one archive of images, which may have a `manifest.jsonl` at its top: a `BulkFileLine` a line.',
      content: {
        'application/x-ndjson': LINES,
        'application/jsonl': LINES,
        'application/x-jsonlines': LINES,
        'application/zip': BINARY,
        'application/x-zip-compressed': BINARY,
        'application/x-tar': BINARY,
        'application/gzip': BINARY,
        'application/x-gzip': BINARY,
      },
    },
    headers: ['Location', 'Idempotent-Replayed', 'RateLimit', 'RateLimit-Policy'],
    problems: [
      'empty-body',
      'still-running',
      'unsupported-media',
      'invalid-archive',
      'key-reused',
      'rate-limited',
      'quota-exceeded',
      'overloaded',
    ],
  },
  'BatchesController.errors': { content: { 'application/x-ndjson': ERRORS }, problems: ['overloaded'] },
};
