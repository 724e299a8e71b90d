import { OIP_JSON_LENGTH_HEADER } from '#contracts/oip.js';
import { schemaRef, type JsonObject } from '#openapi/json.js';
import type { ProblemStyle } from '#openapi/problem-responses.js';
import type { RouteNotes } from '#openapi/route-notes.js';

import { BINARY } from './asset-notes.js';

/** Under `/v2` problems have the protocol's member, and its media type. */
export const OIP_PROBLEMS: ProblemStyle = { prefix: 'oip.', mediaType: 'application/json', schema: 'OipProblem' };

const either = (type: string, description: string): JsonObject => ({
  description,
  content: { 'application/json': { schema: schemaRef(type) } },
});

const JSON_LENGTH: JsonObject = {
  name: OIP_JSON_LENGTH_HEADER,
  in: 'header',
  description: 'How many bytes of the body are JSON; the tensors in binary follow them. Left out: all of it is JSON.',
  schema: { type: 'integer', minimum: 1 },
};

export const OIP_NOTES: Readonly<Record<string, RouteNotes>> = {
  'OipServerController.ready': { responses: { 503: either('OipServerReady', 'The model is not ready.') } },
  'OipModelController.metadata': { problems: ['dependency-late'] },
  'OipModelController.ready': {
    responses: {
      503: {
        description: 'The model is not ready, or still being chosen.',
        content: { 'application/json': { schema: { anyOf: [schemaRef('OipModelReady'), schemaRef('OipProblem')] } } },
      },
    },
  },
  'OipInferController.infer': {
    parameters: [JSON_LENGTH],
    body: {
      description:
        'Views of the model’s size: one tensor `image`, `UINT8`, `[N, size, size, 3]`, as JSON or in binary behind the JSON.',
      content: { 'application/json': { schema: schemaRef('OipInferRequest') }, 'application/octet-stream': BINARY },
    },
    content: { 'application/json': { schema: schemaRef('OipInferAnswer') }, 'application/octet-stream': BINARY },
    headers: ['Inference-Header-Content-Length', 'RateLimit', 'RateLimit-Policy'],
    problems: ['unsupported-media', 'rate-limited', 'quota-exceeded', 'overloaded'],
  },
};
