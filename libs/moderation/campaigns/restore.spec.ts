import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { supersede, type PastDecision } from '../history.js';
import type { Judgement } from '../judge.js';
import { served, standing } from '../standing.js';
import { undoDecision } from '../undo.js';
import { PROVISIONAL_VERDICTS, VERDICTS, type Source, type Verdict } from '../words.js';
import { campaignClaims } from './check-campaigns.js';
import type { CausedDecision } from './lasting-words.js';
import { decisionsToRestore } from './restore.js';

type Written = PastDecision & CausedDecision;
type Why = Pick<Written, 'cause' | 'causeId'>;

const ORDINARY: Why = { cause: null, causeId: null };
const judged = (verdict: Verdict, source: Source = 'heavy'): Judgement => ({
  verdict,
  source,
  band: null,
  reasons: [],
});

function append(history: readonly Written[], made: Judgement, why = ORDINARY): Written[] {
  const atMs = history.length;
  const { revision } = supersede(history, made, atMs);
  return [...history, { ...made, ...why, revision, stage: 'final', decidedAtMs: atMs }];
}

const begun = (first: Verdict): Written[] => [
  { ...judged(first, 'fast'), ...ORDINARY, revision: 1, stage: 'provisional', decidedAtMs: 0 },
];
const by = (causeId: string): Why => ({ cause: 'campaign', causeId });

/** The history with the decision in force taken back, where that is a human's. */
function undo(history: readonly Written[]): Written[] {
  const undone = undoDecision(history, standing(history)?.revision ?? 0, history.length);
  const former = history.find(({ revision }) => undone.kind === 'undone' && revision === undone.former);
  if (undone.kind === 'refused' || former === undefined) return [...history];
  const { revision, supersedes } = undone.next;
  const said = { ...former, kept: false, cause: 'undo' as const, causeId: null };
  return [...history, { ...said, revision, decidedAtMs: history.length, undoes: supersedes }];
}

/** What a rollback makes of a history, as the store does. */
function rollBack(history: readonly Written[], causeId: string): Written[] {
  const restored = decisionsToRestore(history, causeId);
  if (restored.length === 0) {
    return history.map((one) => (one.cause === 'campaign' && one.causeId === causeId ? { ...one, kept: true } : one));
  }
  return restored
    .map(({ verdict, source }) => judged(verdict, source))
    .reduce<Written[]>((after, made) => append(after, made, { cause: 'rollback', causeId }), [...history]);
}

const stateOf = (history: readonly Written[]): [Verdict | undefined, boolean] => [
  standing(history)?.verdict,
  served(history),
];
const faults = (history: readonly Written[]): string[] =>
  campaignClaims(history).flatMap(([holds, fault]) => (holds ? [] : [fault]));

const step = fc.oneof(
  fc.record({ do: fc.constant('machine' as const), verdict: fc.constantFrom(...VERDICTS) }),
  fc.record({ do: fc.constant('human' as const), verdict: fc.constantFrom(...PROVISIONAL_VERDICTS) }),
  fc.record({ do: fc.constant('undo' as const), verdict: fc.constant('allow' as const) }),
);
type Taken = { readonly do: 'machine' | 'human' | 'undo'; readonly verdict: Verdict };
const take = (history: readonly Written[], { do: what, verdict }: Taken): Written[] =>
  what === 'undo' ? undo(history) : append(history, judged(verdict, what === 'human' ? 'moderator' : 'heavy'));
const steps = fc.array(step, { maxLength: 8 });
const first = fc.constantFrom(...PROVISIONAL_VERDICTS);
const verdict = fc.constantFrom(...VERDICTS);
const isFree = (history: readonly Written[]): boolean => standing(history)?.source === 'heavy';

describe('what a rollback appends', () => {
  it('makes an asset stand and be served as if the campaign had never been, whatever came since', () => {
    fc.assert(
      fc.property(first, steps, verdict, steps, (start, before, says, since) => {
        const former = before.reduce(take, append(begun(start), judged('review')));
        fc.pre(isFree(former));
        const applied = append(former, judged(says), by('a'));
        const after = rollBack(since.reduce(take, applied), 'a');
        if (standing(after)?.source === 'moderator') return;
        // a history of the same steps without the campaign
        const never = since.reduce(take, former);
        fc.pre(never.length === since.reduce(take, applied).length - 1);
        expect(stateOf(after)).toEqual(stateOf(never));
        expect(faults(after)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is at most two decisions, the last the one that stood', () => {
    fc.assert(
      fc.property(first, fc.array(verdict, { minLength: 1, maxLength: 6 }), verdict, (start, finals, says) => {
        const former = finals.reduce<Written[]>((history, one) => append(history, judged(one)), begun(start));
        const restored = decisionsToRestore(append(former, judged(says), by('a')), 'a');
        expect(restored.at(-1)).toEqual(standing(former));
        expect(restored.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it.each<[string, Verdict, Verdict, Verdict, number[]]>([
    ['an allow that was blocked', 'allow', 'allow', 'block', [2]],
    ['a review of what was shown, and was blocked', 'allow', 'review', 'block', [1, 2]],
    ['a review of what was shown, and was allowed', 'allow', 'review', 'allow', [2]],
    ['a review of what was withheld, and was allowed', 'block', 'review', 'allow', [1, 2]],
  ])('%s', (_case, start, final, says, revisions) => {
    const applied = append(append(begun(start), judged(final)), judged(says), by('a'));
    expect(decisionsToRestore(applied, 'a').map(({ revision }) => revision)).toEqual(revisions);
  });

  const released = append(append(begun('block'), judged('review')), judged('allow'), by('a'));
  it('takes from what is served what the campaign released, though a later review changed nothing of that', () => {
    const died = append(released, judged('review', 'default'));
    expect(stateOf(died)).toEqual(['review', true]);
    expect(stateOf(rollBack(died, 'a'))).toEqual(['review', false]);
  });

  it('is nothing where another verdict rules, or a person does', () => {
    expect(decisionsToRestore(append(released, judged('block')), 'a')).toEqual([]);
    expect(decisionsToRestore(append(released, judged('allow', 'moderator')), 'a')).toEqual([]);
  });

  it('is what stood before, where a person who decided took that back', () => {
    const reviewed = append(append(begun('allow'), judged('allow')), judged('review'), by('a'));
    const undone = undo(append(reviewed, judged('block', 'moderator')));
    expect(stateOf(undone)).toEqual(['review', true]);
    expect(stateOf(rollBack(undone, 'a'))).toEqual(['allow', true]);
  });

  it('says nothing again of another campaign that was taken back before', () => {
    const both = append(released, judged('block'), by('b'));
    expect(stateOf(rollBack(rollBack(both, 'a'), 'b'))).toEqual(['review', false]);
    expect(stateOf(rollBack(rollBack(both, 'b'), 'a'))).toEqual(['review', false]);
  });
});

it('the books show a campaign that still rules though it was rolled back', () => {
  const released = append(append(begun('block'), judged('review')), judged('allow'), by('a'));
  const died = append(released, judged('review', 'default'));
  const kept = died.map((one) => (one.causeId === 'a' ? { ...one, kept: true } : one));
  expect(faults(died)).toEqual([]);
  expect(faults(kept)).toEqual(['a rollback did not restore what stood before']);
});
