import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { supersede, type PastDecision } from '../history.js';
import type { Judgement } from '../judge.js';
import { served, standing } from '../standing.js';
import { PROVISIONAL_VERDICTS, VERDICTS, type Source, type Verdict } from '../words.js';
import { decisionsToRestore } from './restore.js';

const judged = (verdict: Verdict, source: Source = 'heavy'): Judgement => ({
  verdict,
  source,
  band: null,
  reasons: [],
});

function append(history: readonly PastDecision[], made: Judgement): PastDecision[] {
  const atMs = history.length;
  const { revision } = supersede(history, made, atMs);
  return [...history, { ...made, revision, stage: 'final', decidedAtMs: atMs }];
}

const begun = (first: Verdict): PastDecision[] => [
  { ...judged(first, 'fast'), revision: 1, stage: 'provisional', decidedAtMs: 0 },
];
const histories = fc
  .tuple(
    fc.constantFrom(...PROVISIONAL_VERDICTS),
    fc.array(fc.constantFrom(...VERDICTS), { minLength: 1, maxLength: 6 }),
  )
  .map(([first, finals]) => finals.map((verdict) => judged(verdict)).reduce<PastDecision[]>(append, begun(first)));

const stateOf = (history: readonly PastDecision[]): [Verdict | undefined, boolean] => [
  standing(history)?.verdict,
  served(history),
];

describe('what a rollback appends', () => {
  it('brings back the verdict in force and what is served, whatever the campaign said', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(...VERDICTS), (before, verdict) => {
        const applied = append(before, judged(verdict));
        const restored = decisionsToRestore(applied, before.length + 1);
        const again = restored.map(({ verdict: restoring, source }) => judged(restoring, source));
        expect(stateOf(again.reduce<PastDecision[]>(append, applied))).toEqual(stateOf(before));
        expect(restored.at(-1)).toEqual(standing(before));
        expect(restored.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it.each<[string, Verdict, Verdict, Verdict, number[]]>([
    ['an allow that was blocked', 'allow', 'allow', 'block', [2]],
    ['a review of what was shown, and was blocked', 'allow', 'review', 'block', [1, 2]],
    ['a review of what was shown, and was allowed', 'allow', 'review', 'allow', [2]],
    ['a review of what was withheld, and was allowed', 'block', 'review', 'allow', [1, 2]],
  ])('%s', (_case, first, final, campaign, revisions) => {
    const applied = append(append(begun(first), judged(final)), judged(campaign));
    expect(decisionsToRestore(applied, 3).map(({ revision }) => revision)).toEqual(revisions);
  });
});
