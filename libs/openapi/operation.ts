import type { ProblemCode } from '#contracts/problems.js';

import type { AccessStyle } from './access-style.js';
import { schemaRef, type JsonObject } from './json.js';
import { headerRef, type ProblemResponses, type ProblemStyle } from './problem-responses.js';
import type { Route } from './read-routes.js';
import type { SourceFacts } from './read-sources.js';
import { queryParameters, requestSchema } from './request-schema.js';
import type { RouteNotes, Tag } from './route-notes.js';
import { Undescribed } from './undescribed.js';

/** What operations are described from, beside their route. */
export interface Surroundings {
  readonly notes: Readonly<Record<string, RouteNotes>>;
  readonly tags: readonly Tag[];
  readonly pathParameters: Readonly<Record<string, JsonObject>>;
  readonly problemStyle: (path: string) => ProblemStyle;
  readonly access: AccessStyle;
  readonly sources: SourceFacts;
  readonly problems: ProblemResponses;
}

/** Answers that are no schema: nothing, or what a handler's notes say. */
const UNTYPED = ['void', 'Buffer', 'string', 'StreamableFile'];
const NAMED = /^(?:Promise<)?(\w+)>?$/;

/** The type in libs/contracts that a route answers with; undefined where it is none. @throws Undescribed for one without a name */
export function returnedType(route: Route, sources: SourceFacts): string | undefined {
  const [type, method] = split(route.handler);
  const returns = sources.returnOf(type, method);
  const named = NAMED.exec(returns ?? '')?.[1];
  if (named === undefined) {
    const said = returns === undefined ? 'does not say what it answers' : `answers with \`${returns}\``;
    throw new Undescribed(`${route.handler} ${said}: name that type in libs/contracts`);
  }
  return UNTYPED.includes(named) ? undefined : named;
}

/** A name that no other operation has: `assetsSubmit`, or `eraseAsset` where the class is named after what it does. */
export function operationId({ handler, path }: Pick<Route, 'handler' | 'path'>): string {
  const [type, method] = split(handler);
  const noun = type.charAt(0).toLowerCase() + type.slice(1).replace(/Controller$/, '');
  const verb = noun.toLowerCase().includes(method.toLowerCase())
    ? ''
    : method.charAt(0).toUpperCase() + method.slice(1);
  return `${noun}${verb}${path.includes('{version}') ? 'OfVersion' : ''}`;
}

/** One route as an Operation Object. @throws Undescribed where the code does not say enough */
export function describeOperation(route: Route, around: Surroundings): JsonObject {
  const { handler, path, access } = route;
  const notes = around.notes[handler] ?? {};
  const [type, method] = split(handler);
  const doc = around.sources.docOf(type, method);
  if (doc === undefined) throw new Undescribed(`${handler} has no docstring`);
  const tag = around.tags.find(({ controllers }) => controllers.includes(type));
  if (tag === undefined) throw new Undescribed(`${type} is in no group of routes`);
  const parameters = [
    ...pathParameters(path, { ...around.pathParameters, ...notes.pathParameters }),
    ...(route.query === undefined ? [] : queryParameters(requestSchema(route.query, around.sources.docOf))),
    ...(notes.parameters ?? []),
  ];
  const summary = firstSentence(doc);
  return {
    operationId: operationId(route),
    tags: [tag.name],
    // shown as plain text
    summary: summary.replace(/\.$/, '').replaceAll('`', ''),
    description: [doc === summary ? '' : doc, accessInWords(access, around.access)]
      .filter((text) => text !== '')
      .join('\n\n'),
    security: access === 'open' ? [] : around.access.security(access),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBody(route, notes),
    responses: {
      ...answer(route, notes, around),
      ...around.problems.of(problemsOf(route, notes, around.access), around.problemStyle(path)),
      ...notes.responses,
    },
  };
}

function requestBody(route: Route, { body = route.body, bodyMayMiss = false }: RouteNotes): JsonObject {
  if (body === undefined) return {};
  const said =
    typeof body === 'function' ? { content: { 'application/json': { schema: schemaRef(body.name) } } } : { ...body };
  return { requestBody: { ...said, required: !bodyMayMiss } };
}

function answer(route: Route, notes: RouteNotes, { sources }: Surroundings): JsonObject {
  const status = notes.status ?? route.status;
  const type = returnedType(route, sources);
  if (type === undefined && notes.content === undefined && status !== 204) {
    throw new Undescribed(`${route.handler}: its notes must say what its answer is`);
  }
  const content = notes.content ?? (type === undefined ? undefined : jsonOf(type));
  const headers = Object.fromEntries((notes.headers ?? []).map((name) => [name, headerRef(name)]));
  return {
    [status]: {
      description: STATUS_WORDS[status] ?? '',
      ...(notes.headers === undefined ? {} : { headers }),
      ...(content === undefined ? {} : { content }),
    },
  };
}

const jsonOf = (type: string): JsonObject => ({ 'application/json': { schema: schemaRef(type) } });

const STATUS_WORDS: Readonly<Record<number, string>> = {
  200: 'Here it is.',
  201: 'Made.',
  202: 'Accepted: it is done in the background.',
  204: 'Done; there is nothing to say.',
};

/** What may go wrong at every route of its kind, and what the notes add. */
function problemsOf({ access, path, query, body }: Route, notes: RouteNotes, style: AccessStyle): ProblemCode[] {
  const of = (isSo: boolean, codes: readonly ProblemCode[]): readonly ProblemCode[] => (isSo ? codes : []);
  return [
    'defect',
    ...of(access !== 'open', ['unauthorized', 'forbidden', 'dependency-late', ...style.problems]),
    ...of(path.includes('{'), ['not-found']),
    ...of(query !== undefined, ['invalid-request']),
    ...of(body !== undefined || notes.body !== undefined, ['invalid-request', 'too-large']),
    ...(notes.problems ?? []),
  ];
}

function pathParameters(path: string, known: Surroundings['pathParameters']): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const said = known[name];
    if (said === undefined) throw new Undescribed(`nobody says what {${name}} in ${path} is`);
    return { name, in: 'path', required: true, ...said };
  });
}

const accessInWords = (access: Route['access'], style: AccessStyle): string =>
  access === 'open' ? 'Open to everybody who reaches the port.' : style.words(access);

const firstSentence = (doc: string): string => /^.*?[.](?= |$)/.exec(doc)?.[0] ?? doc;

function split(handler: string): [type: string, method: string] {
  const [type = '', method = ''] = handler.split('.');
  return [type, method];
}
