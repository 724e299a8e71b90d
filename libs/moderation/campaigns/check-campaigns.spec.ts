import { describe, expect, it } from '@jest/globals';

import type { Source, Verdict } from '../words.js';
import { campaignClaims } from './check-campaigns.js';
import type { CausedDecision } from './lasting-words.js';

const ID = 'a campaign';
const history = (...finals: Partial<CausedDecision>[]): CausedDecision[] =>
  [{ stage: 'provisional' as const, source: 'fast' as Source }, ...finals].map((one, index) => ({
    revision: index + 1,
    stage: 'final',
    source: 'heavy',
    verdict: 'allow',
    cause: null,
    causeId: null,
    ...one,
  }));
const by = (cause: 'campaign' | 'rollback', verdict: Verdict, causeId: string | null = ID) => ({
  cause,
  verdict,
  causeId,
});
const faultsOf = (decisions: CausedDecision[]): string[] =>
  campaignClaims(decisions).flatMap(([holds, fault]) => (holds ? [] : [fault]));

describe('the decisions of campaigns', () => {
  it.each<[string, CausedDecision[]]>([
    ['none at all', history({})],
    ['one that was applied', history({}, by('campaign', 'block'))],
    ['one that was undone', history({}, by('campaign', 'block'), by('rollback', 'allow'))],
    [
      'one that was undone where a review stood',
      history({ verdict: 'review' }, by('campaign', 'block'), by('rollback', 'allow'), by('rollback', 'review')),
    ],
    ['two, one after the other', history({}, by('campaign', 'block'), by('campaign', 'allow', 'another'))],
    [
      'one that was undone, and a person afterwards',
      history({}, by('campaign', 'block'), by('rollback', 'allow'), { source: 'moderator', verdict: 'block' }),
    ],
  ])('hold: %s', (_case, decisions) => {
    expect(faultsOf(decisions)).toEqual([]);
  });

  it.each<[string, CausedDecision[]]>([
    ['a decision does not name its campaign', history({}, by('campaign', 'block', null))],
    ['a campaign decided twice', history({}, by('campaign', 'block'), by('campaign', 'allow'))],
    [
      'what no campaign had decided was rolled back',
      history({}, by('campaign', 'block', 'another'), by('rollback', 'allow')),
    ],
    ['a rollback did not restore what stood before', history({}, by('campaign', 'block'), by('rollback', 'block'))],
    [
      'a rollback did not restore what stood before',
      history({ verdict: 'review' }, by('campaign', 'block'), by('rollback', 'review')),
    ],
  ])('break: %s', (fault, decisions) => {
    expect(faultsOf(decisions)).toContain(fault);
  });
});
