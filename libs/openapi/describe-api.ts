import type { Type } from '@nestjs/common';

import type { AccessStyle } from './access-style.js';
import { answerSchemas } from './answer-schemas.js';
import { sorted, type JsonObject } from './json.js';
import { describeOperation, operationId, returnedType, type Surroundings } from './operation.js';
import { ProblemResponses, type ProblemStyle } from './problem-responses.js';
import { readRoutes, type RequestClass, type Route } from './read-routes.js';
import { readSources } from './read-sources.js';
import { requestSchema } from './request-schema.js';
import type { RouteNotes, Tag } from './route-notes.js';
import { Undescribed } from './undescribed.js';

/** A service's API: its controllers, and what they do not say of themselves. */
export interface ApiParts {
  /** Of the repository. */
  readonly root: string;
  /** Where the controllers' sources are, from the root. */
  readonly folders: readonly string[];
  readonly info: JsonObject;
  readonly tags: readonly Tag[];
  readonly controllers: readonly Type[];
  /** By handler, `AssetsController.submit`. */
  readonly notes: Readonly<Record<string, RouteNotes>>;
  /** By the name in the path. */
  readonly pathParameters: Readonly<Record<string, JsonObject>>;
  readonly headers: Readonly<Record<string, JsonObject>>;
  /** By name. */
  readonly securitySchemes: Readonly<Record<string, JsonObject>>;
  readonly access: AccessStyle;
  /** How problems look like under a path. */
  readonly problemStyle: (path: string) => ProblemStyle;
  /** What is sent rather than asked for, by name; left out: nothing is. */
  readonly webhooks?: Readonly<Record<string, JsonObject>>;
  /** Schemas that bodies, webhooks and problems name: types of libs/contracts, and request classes. */
  readonly types: readonly string[];
  readonly classes: readonly RequestClass[];
}

/**
 * The OpenAPI 3.1 document of a service, made of its code: the same text for the same code.
 *
 * @throws Undescribed for a route whose answer, access or words the code does not say
 */
export function describeApi(parts: ApiParts): JsonObject {
  const routes = readRoutes(parts.controllers);
  requireNotes(routes, parts.notes);
  const sources = readSources(parts.root, [...parts.folders, 'libs/contracts']);
  const problems = new ProblemResponses();
  const around: Surroundings = { ...parts, sources, problems };
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.verb] = describeOperation(route, around);
  }
  const bodies = routes.flatMap(({ handler, body }) => {
    const said = parts.notes[handler]?.body;
    return [body, typeof said === 'function' ? said : undefined].filter((one) => one !== undefined);
  });
  const returned = routes.map((route) => returnedType(route, sources)).filter((type) => type !== undefined);
  const schemas = {
    ...answerSchemas(parts.root, [...new Set([...returned, ...parts.types])]),
    ...Object.fromEntries(
      [...bodies, ...parts.classes].map((type) => [type.name, requestSchema(type, sources.docOf)] as const),
    ),
  };
  return {
    openapi: '3.1.1',
    info: parts.info,
    servers: [{ url: '/', description: 'The service that this document comes from.' }],
    tags: parts.tags.map(({ name, description }) => ({ name, description })),
    paths: sorted(paths),
    ...(parts.webhooks === undefined ? {} : { webhooks: parts.webhooks }),
    components: {
      schemas: sorted(schemas),
      responses: sorted(problems.responses),
      examples: sorted(problems.examples),
      headers: sorted(parts.headers),
      securitySchemes: parts.securitySchemes,
    },
  };
}

/** Notes without a route are of one that is gone. */
function requireNotes(routes: readonly Route[], notes: ApiParts['notes']): void {
  const handlers = new Set(routes.map(({ handler }) => handler));
  const gone = Object.keys(notes).filter((handler) => !handlers.has(handler));
  if (gone.length > 0) throw new Undescribed(`there are notes on routes that are not there: ${gone.join(', ')}`);
  const ids = routes.map(operationId);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length > 0) throw new Undescribed(`two routes are called ${twice.join(', ')}`);
}
