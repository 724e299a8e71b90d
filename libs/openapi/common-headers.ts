import type { JsonObject } from './json.js';
import type { HeaderName } from './route-notes.js';

type Described = Readonly<Record<HeaderName | 'Retry-After' | 'WWW-Authenticate', JsonObject>>;

export const header = (description: string, schema: JsonObject = { type: 'string' }): JsonObject => ({
  description,
  schema,
});

/** What answers of every service may carry in their heads. */
export const COMMON_HEADERS = {
  ETag: header('Which version of the file this is.'),
  'Retry-After': header('Seconds to wait before the same request is sent again.', { type: 'integer', minimum: 0 }),
  'WWW-Authenticate': header('`Bearer`.'),
} as const satisfies Partial<Described>;
