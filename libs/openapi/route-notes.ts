import type { ProblemCode } from '#contracts/problems.js';

import type { JsonObject } from './json.js';
import type { RequestClass } from './read-routes.js';

/** What an answer may carry in its head; each is described once. */
export type HeaderName =
  | 'ETag'
  | 'Idempotent-Replayed'
  | 'Inference-Header-Content-Length'
  | 'Location'
  | 'RateLimit'
  | 'RateLimit-Policy'
  | 'Set-Cookie'
  | 'Server-Timing';

/** What the decorators and types of a route do not say: streams, media types, headers, and its own problems. */
export interface RouteNotes {
  /** A class that a small JSON body is read into, or the media types that are taken, as OpenAPI has them. */
  readonly body?: RequestClass | { readonly description?: string; readonly content: JsonObject };
  /** Left out: a body must come. */
  readonly bodyMayMiss?: boolean;
  /** Those in the path that mean something else here than on other routes, by name. */
  readonly pathParameters?: Readonly<Record<string, JsonObject>>;
  /** Besides those in the path and of the query's class. */
  readonly parameters?: readonly JsonObject[];
  /** What the handler sets itself rather than by a decorator. */
  readonly status?: number;
  /** Further answers that are no problems, by status; they stand in for problems of the same status. */
  readonly responses?: Readonly<Record<number, JsonObject>>;
  /** What the answer is where it is not JSON of the type that the handler returns. */
  readonly content?: JsonObject;
  readonly headers?: readonly HeaderName[];
  /** Besides those that follow from key, path, query and body. */
  readonly problems?: readonly ProblemCode[];
}

/** A group of routes. */
export interface Tag {
  readonly name: string;
  readonly description: string;
  /** Classes of controllers. */
  readonly controllers: readonly string[];
}
