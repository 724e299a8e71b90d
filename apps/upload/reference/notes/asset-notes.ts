import { MEDIA_TYPES } from '#contracts/media-type.js';
import { DEADLINE_MS_MAX, SubmissionFields } from '#contracts/submission-fields.js';
import { isJsonObject, schemaRef, type JsonObject } from '#openapi/json.js';
import { queryParameters, requestSchema, type DocOf } from '#openapi/request-schema.js';
import type { RouteNotes } from '#openapi/route-notes.js';

/** A body of bytes. */
export const BINARY: JsonObject = { schema: { type: 'string', format: 'binary' } };

export const IDEMPOTENCY_KEY: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'New for each submission. The same request with the same key is answered with what the first was answered with.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
};

const DEADLINE: JsonObject = {
  name: 'Portcullis-Deadline-Ms',
  in: 'header',
  description: 'As the field `deadlineMs`; the shorter of the two counts.',
  schema: { type: 'integer', minimum: 1, maximum: DEADLINE_MS_MAX },
};

/** Handing in an image: a form, the bytes themselves with their fields in the query, or an address. */
const submit = (docOf: DocOf): RouteNotes => {
  const fields = requestSchema(SubmissionFields, docOf);
  return {
    parameters: [IDEMPOTENCY_KEY, DEADLINE, ...queryParameters(fields).map(ofBytes)],
    bodyMayMiss: true,
    body: {
      description:
        'A form with the image in the part `file`; the bytes of the image as they are, with their fields in the query; or the address of one, with its fields beside it. The type of an image is told by its content.',
      content: {
        'multipart/form-data': { schema: formOf(fields), encoding: { metadata: { contentType: 'application/json' } } },
        ...Object.fromEntries(MEDIA_TYPES.map((type) => [type, BINARY])),
        'application/octet-stream': BINARY,
        'application/json': { schema: schemaRef('UrlSubmission') },
      },
    },
    headers: ['Location', 'Idempotent-Replayed', 'Server-Timing', 'RateLimit', 'RateLimit-Policy'],
    problems: [
      'empty-body',
      'still-running',
      'erased',
      'unsupported-media',
      'undecodable',
      'image-too-large',
      'url-refused',
      'url-unreachable',
      'key-reused',
      'rate-limited',
      'quota-exceeded',
      'overloaded',
    ],
  };
};

/** A field in the query. `metadata` is an object there, too, written as JSON. */
function ofBytes({ schema = {}, description, ...rest }: JsonObject): JsonObject {
  const words = typeof description === 'string' ? ` ${description}` : '';
  const own = { ...rest, description: `With the bytes as the body.${words}` };
  const isObject = isJsonObject(schema) && schema['type'] === 'object';
  return isObject ? { ...own, content: { 'application/json': { schema } } } : { ...own, schema };
}

function formOf({ properties, additionalProperties = false }: JsonObject): JsonObject {
  const file = { type: 'string', format: 'binary', description: 'The image.' };
  return {
    type: 'object',
    properties: { file, ...(isJsonObject(properties) ? properties : {}) },
    required: ['file'],
    additionalProperties,
  };
}

export const assetNotes = (docOf: DocOf): Record<string, RouteNotes> => ({
  'AssetsController.submit': submit(docOf),
  'AssetsController.read': { problems: ['erased'] },
  'AssetsController.revisions': { problems: ['erased'] },
});
