import 'reflect-metadata';

import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import { SubmissionFields } from './submission-fields.js';

/** Names of the fields that are at fault. */
const faultsOf = (plain: object): string[] =>
  validateSync(plainToInstance(SubmissionFields, plain)).map((fault) => fault.property);

const entries = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x']));

describe('the fields of a submission', () => {
  it.each<[string, object]>([
    ['none', {}],
    ['all', { externalId: 'a-1', uploaderId: 'ü 😀', class: 'bulk', metadata: { album: 'x', page: 3, draft: false } }],
    ['the longest names', { externalId: 'x'.repeat(255), uploaderId: 'y'.repeat(255) }],
    ['empty metadata', { metadata: {} }],
    ['the most metadata', { metadata: entries(20) }],
    ['the longest key and text', { metadata: { ['k'.repeat(40)]: 'x'.repeat(500) } }],
    ['an empty text', { metadata: { note: '' } }],
    ['numbers', { metadata: { a: -0, b: 1e300, c: 0.1 } }],
  ])('may be %s', (_case, plain) => {
    expect(faultsOf(plain)).toEqual([]);
    expect(plainToInstance(SubmissionFields, plain)).toEqual(plain);
  });

  it.each<[string, object, string]>([
    ['an empty name', { externalId: '' }, 'externalId'],
    ['a name that is too long', { externalId: 'x'.repeat(256) }, 'externalId'],
    ['a name with a control character', { uploaderId: 'a\u0000' }, 'uploaderId'],
    ['two names', { uploaderId: ['a', 'b'] }, 'uploaderId'],
    ['an unknown class', { class: 'URGENT' }, 'class'],
    ['two classes', { class: ['urgent', 'bulk'] }, 'class'],
    ['metadata that is a text', { metadata: 'album' }, 'metadata'],
    ['metadata that is a list', { metadata: ['album'] }, 'metadata'],
    ['nested metadata', { metadata: { a: { b: 1 } } }, 'metadata'],
    ['a list in metadata', { metadata: { a: [1] } }, 'metadata'],
    ['null in metadata', { metadata: { a: null } }, 'metadata'],
    ['too much metadata', { metadata: entries(21) }, 'metadata'],
    ['a key that is too long', { metadata: { ['k'.repeat(41)]: 1 } }, 'metadata'],
    ['an empty key', { metadata: { '': 1 } }, 'metadata'],
    ['a key with a control character', { metadata: { 'a\n': 1 } }, 'metadata'],
    ['a text that is too long', { metadata: { a: 'x'.repeat(501) } }, 'metadata'],
    ['a text with half a character', { metadata: { a: '\ud83d' } }, 'metadata'],
    ['a number without end', { metadata: { a: Infinity } }, 'metadata'],
  ])('may not be %s', (_case, plain, field) => {
    expect(faultsOf(plain)).toEqual([field]);
  });

  it('are told to be wrong all at once', () => {
    expect(faultsOf({ externalId: '', uploaderId: '', class: '', metadata: 1 }).sort()).toEqual([
      'class',
      'externalId',
      'metadata',
      'uploaderId',
    ]);
  });
});
