import { describe, expect, it } from '@jest/globals';

import type { PolicyAnswer } from '#contracts/policy-answer.js';
import { STARTING_POLICY } from '#moderation/policy.js';

import { standingOf } from './standing-of.js';

const AT = '2026-01-01T00:00:00.000Z';
const SUBMITTED: PolicyAnswer = {
  version: 4,
  baseVersion: 3,
  state: 'draft',
  document: STARTING_POLICY,
  note: 'x',
  author: 'chief',
  createdAt: AT,
  publishedBy: null,
  publishedAt: null,
  approvedBy: null,
  approvedAt: null,
  publishAt: null,
  publishAtBy: null,
  missed: null,
  restores: null,
  refusedBy: null,
  refusedAt: null,
  refusedBecause: null,
};

describe('where a version is', () => {
  it.each<[Partial<PolicyAnswer>, string]>([
    [{}, 'submitted'],
    [{ approvedBy: 'deputy' }, 'approved'],
    [{ approvedBy: 'deputy', publishAt: AT }, 'scheduled'],
    [{ baseVersion: 2, approvedBy: 'deputy', publishAt: AT }, 'overtaken'],
    [{ missed: 'stale_base', baseVersion: 2, publishAt: AT }, 'missed'],
    [{ refusedBy: 'deputy', approvedBy: 'eva', baseVersion: 2 }, 'refused'],
    [{ state: 'live' }, 'live'],
    [{ state: 'retired', publishAt: AT }, 'retired'],
  ])('%j: %s', (differing, standing) => {
    expect(standingOf({ ...SUBMITTED, ...differing }, 3)).toBe(standing);
  });

  it('is not called overtaken before anybody knows what is live', () => {
    expect(standingOf(SUBMITTED, undefined)).toBe('submitted');
  });
});
