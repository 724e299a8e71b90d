import { COMMON_HEADERS, header } from '#openapi/common-headers.js';
import type { JsonObject } from '#openapi/json.js';
import type { HeaderName } from '#openapi/route-notes.js';

/** What answers carry in their heads. */
export const HEADERS: Readonly<Record<Exclude<HeaderName, 'Set-Cookie'>, JsonObject>> = {
  ...COMMON_HEADERS,
  'Idempotent-Replayed': header('`true`: this is the answer to an earlier request with the same key.', {
    const: 'true',
  }),
  'Inference-Header-Content-Length': header(
    'How many bytes of the body are JSON; the tensors in binary follow them. Missing where all of it is JSON.',
    { type: 'integer', minimum: 1 },
  ),
  Location: header('Where to ask for what was made.', { type: 'string', format: 'uri-reference' }),
  RateLimit: header(
    'What is left of the client’s limits: `r` remains, all of it is there again in `t` seconds (draft-ietf-httpapi-ratelimit-headers-10). Missing where nothing is limited.',
  ),
  'RateLimit-Policy': header('The client’s limits: `q` in `w` seconds.'),
  'Server-Timing': header('Milliseconds of the request by stage.'),
};
