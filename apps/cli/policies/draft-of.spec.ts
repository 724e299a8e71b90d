import { describe, expect, it } from '@jest/globals';

import { STARTING_POLICY } from '#moderation/policy.js';

import { draftOf } from './draft-of.js';

describe('a draft out of a file', () => {
  const document = STARTING_POLICY;

  it('has the base that the file or the caller names', () => {
    expect(draftOf({ version: 3, document, note: 'old' }, 'new', undefined)).toEqual({
      document,
      note: 'new',
      baseVersion: 3,
    });
    expect(draftOf({ version: 3, document }, 'new', 4)).toEqual({ document, note: 'new', baseVersion: 4 });
  });

  it('is the document alone, where the file is no more than that', () => {
    expect(draftOf(document, 'new', 4)).toEqual({ document, note: 'new', baseVersion: 4 });
    expect(draftOf(null, 'new', 4)).toEqual({ document: null, note: 'new', baseVersion: 4 });
  });

  it('of which nobody says what it was edited from is none', () => {
    expect(() => draftOf(document, 'new', undefined)).toThrow('--base');
  });
});
