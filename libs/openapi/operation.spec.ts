import { describe, expect, it } from '@jest/globals';

import { KEY_ACCESS } from './access-style.js';
import { describeOperation, operationId, returnedType, type Surroundings } from './operation.js';
import { ProblemResponses } from './problem-responses.js';
import type { Route } from './read-routes.js';
import { Undescribed } from './undescribed.js';

const ROUTE: Route = {
  handler: 'ThingsController.read',
  verb: 'get',
  path: '/v1/things/{id}',
  status: 200,
  access: { roles: ['client'], scope: 'read' },
  query: undefined,
  body: undefined,
};

const around = (says: { doc?: string | undefined; returns?: string | undefined }): Surroundings => ({
  notes: {},
  tags: [{ name: 'things', description: 'All of them.', controllers: ['ThingsController'] }],
  pathParameters: { id: { schema: { type: 'string' } } },
  problemStyle: () => ({ prefix: '', mediaType: 'application/problem+json', schema: 'ProblemBody' }),
  access: KEY_ACCESS,
  sources: {
    docOf: () => ('doc' in says ? says.doc : 'One thing. As it is now.'),
    returnOf: () => ('returns' in says ? says.returns : 'Promise<ThingAnswer>'),
  },
  problems: new ProblemResponses(),
});

describe('an operation', () => {
  it('is described by what its route says', () => {
    expect(describeOperation(ROUTE, around({}))).toEqual({
      operationId: 'thingsRead',
      tags: ['things'],
      summary: 'One thing',
      description: 'One thing. As it is now.\n\nNeeds a key of a `client` with the scope `read`.',
      security: [{ key: ['read'] }],
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      responses: {
        200: {
          description: 'Here it is.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingAnswer' } } },
        },
        401: { $ref: '#/components/responses/unauthorized' },
        403: { $ref: '#/components/responses/forbidden' },
        404: { $ref: '#/components/responses/not-found' },
        500: { $ref: '#/components/responses/defect' },
        503: { $ref: '#/components/responses/dependency-late' },
      },
    });
  });

  it.each([
    { lacks: 'words', says: { doc: undefined } },
    { lacks: 'a return type', says: { returns: undefined } },
    { lacks: 'a name for what it answers', says: { returns: '{ items: Thing[] }' } },
    { lacks: 'a description of an answer without a type', says: { returns: 'Promise<void>' } },
  ])('that lacks $lacks is refused', ({ says }) => {
    expect(() => describeOperation(ROUTE, around(says))).toThrow(Undescribed);
  });

  it('is refused where a path has a name that nobody describes, or its controller is in no group', () => {
    expect(() => describeOperation({ ...ROUTE, path: '/v1/things/{other}' }, around({}))).toThrow('{other}');
    expect(() => describeOperation({ ...ROUTE, handler: 'OddController.read' }, around({}))).toThrow('OddController');
  });

  it('has a name of its own for each version of a path, and a type where it answers with one', () => {
    expect(operationId({ ...ROUTE, path: '/v2/{version}' })).toBe('thingsReadOfVersion');
    expect(operationId({ ...ROUTE, handler: 'EraseThingController.erase' })).toBe('eraseThing');
    expect(returnedType(ROUTE, around({ returns: 'Buffer' }).sources)).toBeUndefined();
    expect(returnedType(ROUTE, around({ returns: 'Thing' }).sources)).toBe('Thing');
  });
});
