import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { ClassConstructor } from 'class-transformer';
import fc from 'fast-check';
import { BulkFileLine, BulkUrlLine } from '#contracts/bulk-line.js';
import { Problem } from '#contracts/problems.js';
import { UrlSubmission } from '#contracts/url-submission.js';
import { EndpointBody, EndpointChangeBody } from '#contracts/webhook-body.js';
import type { Json } from '#openapi/json.js';
import { validated } from '#service/problem.pipe.js';
import { ApiDocument } from '../support/api-document.js';

const document = ApiDocument.read();

/** Values at the bounds of what fields may be, and beyond them. */
const VALUES: readonly Json[] = [
  ...['', 'a', 'é'.repeat(255), 'x'.repeat(256), 'x'.repeat(2_048), 'x'.repeat(2_049), 'a\nb', 'a\u007f', 'a\u009f'],
  ...['urgent', 'soon', 'enabled', 'gone', 'asset.final'],
  ...[0, 1, 1.5, -1, 60_000, 60_001, true, false],
  ...[[], ['asset.final'], ['asset.final', 'asset.final'], ['asset.lost'], [1]],
  ...[{}, { a: 1 }, { a: { b: 1 } }, { a: 'x'.repeat(500) }, { a: 'x'.repeat(501) }, { a: null }],
  ...[{ ['k'.repeat(40)]: true }, { ['k'.repeat(41)]: true }, { '': 1 }],
  ...[19, 20, 21].map((count) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]))),
];
const FIELDS = [
  'url',
  'file',
  'externalId',
  'uploaderId',
  'class',
  'deadlineMs',
  'metadata',
  'types',
  'state',
  'other',
];

const body = fc.uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom(...VALUES)), {
  selector: ([field]) => field,
  maxLength: 3,
});

function isTaken(type: ClassConstructor<object>, value: object): boolean {
  try {
    validated(type, value);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

describe('a body that docs/openapi.json allows is one that the service takes, and no other', () => {
  it.each([UrlSubmission, BulkUrlLine, BulkFileLine, EndpointBody, EndpointChangeBody])('%p', (type) => {
    let taken = 0;
    fc.assert(
      fc.property(body, (fields) => {
        // what must come does, mostly; a later entry takes the place of it
        const value = Object.fromEntries([...requiredOf(type), ...fields]);
        const faults = document.faultsOfSchema(type.name, value, true);
        expect({ value, faults, taken: isTaken(type, value) }).toEqual({ value, faults, taken: faults.length === 0 });
        if (faults.length === 0) taken += 1;
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(10);
  });
});

const requiredOf = (type: ClassConstructor<object>): [string, Json][] => [
  type === BulkFileLine ? ['file', 'cats/1.jpg'] : ['url', 'https://images.example/1.jpg'],
];
