import { expect, it } from '@jest/globals';

import type { CausedDecision } from './campaigns/lasting-words.js';
import { resubmissionClaims } from './check-resubmissions.js';

const DEAD: CausedDecision = {
  revision: 2,
  stage: 'final',
  source: 'default',
  verdict: 'review',
  cause: null,
  causeId: null,
};
const again = (revision: number, causeId: string | null): CausedDecision => ({
  ...DEAD,
  revision,
  source: 'heavy',
  cause: 'resubmitted',
  causeId,
});

const faultsOf = (decisions: readonly CausedDecision[]): string[] =>
  resubmissionClaims(decisions).flatMap(([holds, fault]) => (holds ? [] : [fault]));

it('every resubmission names its letter and has one final', () => {
  expect(faultsOf([DEAD])).toEqual([]);
  expect(faultsOf([DEAD, again(3, '17'), again(4, '18')])).toEqual([]);
  expect(faultsOf([DEAD, again(3, null)])).toEqual(['a decision does not name its dead letter']);
  expect(faultsOf([DEAD, again(3, '17'), again(4, '17')])).toEqual([
    'a dead letter that was resubmitted once led to two finals',
  ]);
});
