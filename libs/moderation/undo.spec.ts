import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { undoClaims, type UndoableDecision } from './check-undos.js';
import { supersede, type PastDecision } from './history.js';
import { served, standing } from './standing.js';
import { undoDecision } from './undo.js';
import { PROVISIONAL_VERDICTS, VERDICTS, type Source, type Verdict } from './words.js';

/** A history with why each decision is there. */
type Written = PastDecision & UndoableDecision;

const begun = (first: Verdict): Written[] => [
  {
    revision: 1,
    stage: 'provisional',
    source: 'fast',
    verdict: first,
    band: null,
    decidedAtMs: 0,
    supersedes: null,
    cause: null,
    causeId: null,
  },
];

function append(history: readonly Written[], source: Source, verdict: Verdict): Written[] {
  const atMs = history.length;
  const { revision, supersedes } = supersede(history, { verdict, band: null, source, reasons: [] }, atMs);
  const facts = { source, verdict, band: null, cause: null, causeId: null };
  return [...history, { ...facts, revision, stage: 'final', decidedAtMs: atMs, supersedes }];
}

/** The history with the decision in force taken back, where that is a human's. */
function undo(history: readonly Written[]): Written[] {
  const undone = undoDecision(history, standing(history)?.revision ?? 0, history.length);
  if (undone.kind === 'refused') return [...history];
  const former = history.find(({ revision }) => revision === undone.former);
  if (former === undefined) throw new Error('what stood before is in the history');
  const { revision, supersedes } = undone.next;
  return [
    ...history,
    { ...former, revision, supersedes, decidedAtMs: history.length, undoes: supersedes, cause: 'undo', causeId: null },
  ];
}

const stateOf = (history: readonly PastDecision[]): [Verdict | undefined, boolean] => [
  standing(history)?.verdict,
  served(history),
];

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('machine' as const), verdict: fc.constantFrom(...VERDICTS) }),
    fc.record({ do: fc.constant('human' as const), verdict: fc.constantFrom(...PROVISIONAL_VERDICTS) }),
    fc.record({ do: fc.constant('undo' as const), verdict: fc.constant('allow' as const) }),
  ),
  { maxLength: 12 },
);

const histories = fc
  .tuple(fc.constantFrom(...PROVISIONAL_VERDICTS), steps)
  .map(([first, taken]) =>
    taken.reduce<Written[]>(
      (history, { do: what, verdict }) =>
        what === 'undo' ? undo(history) : append(history, what === 'human' ? 'moderator' : 'heavy', verdict),
      append(begun(first), 'heavy', 'review'),
    ),
  );

describe('taking a human decision back', () => {
  it('brings back what stood and what was served, whatever came before', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(...PROVISIONAL_VERDICTS), (before, verdict) => {
        const stood = standing(before);
        const decided = append(before, 'moderator', verdict);
        expect(stateOf(undo(decided))).toEqual(stateOf(before));
        expect(standing(undo(decided))?.source).toBe(stood?.source);
      }),
    );
  });

  it('brings it back also where a machine has spoken meanwhile, which changes nothing', () => {
    const before = append(begun('allow'), 'heavy', 'review');
    const decided = append(before, 'moderator', 'block');
    expect(stateOf(undo(append(decided, 'heavy', 'block')))).toEqual(['review', true]);
  });

  it('lets machines speak again afterwards, and people too', () => {
    const undone = undo(append(append(begun('allow'), 'heavy', 'review'), 'moderator', 'block'));
    expect(stateOf(append(undone, 'heavy', 'block'))).toEqual(['block', false]);
    expect(stateOf(append(append(undone, 'moderator', 'allow'), 'heavy', 'block'))).toEqual(['allow', true]);
  });

  it('is refused for what is not in force, and for what a machine decided', () => {
    const before = append(begun('allow'), 'heavy', 'review');
    const decided = append(append(before, 'moderator', 'block'), 'appeal', 'allow');
    expect(undoDecision(decided, 3, 9)).toEqual({ kind: 'refused', why: 'decided_since' });
    expect(undoDecision(undo(decided), 4, 9)).toEqual({ kind: 'refused', why: 'decided_since' });
    expect(undoDecision(before, 2, 9)).toEqual({ kind: 'refused', why: 'not_human' });
    expect(undoDecision(before, 7, 9)).toEqual({ kind: 'refused', why: 'not_human' });
  });

  it('counts what was shown, or withheld, because of it', () => {
    const decided = append(append(begun('allow'), 'heavy', 'block'), 'moderator', 'allow');
    const undone = undoDecision(decided, 3, 1_000);
    expect(undone).toMatchObject({
      next: { served: false, verdict: 'block', reconciliation: { transition: 'late_block', exposureMs: 998 } },
    });
  });
});

describe('what clients hear where `review` stands again', () => {
  it.each([
    ['block', 'allow', { transition: 'late_block', exposureMs: 998, wrongfulHoldMs: null }],
    ['allow', 'block', { transition: 'late_release', exposureMs: null, wrongfulHoldMs: 998 }],
    ['allow', 'allow', { transition: 'needs_review', exposureMs: null, wrongfulHoldMs: null }],
  ] as const)('after %s, and a person’s %s', (first, said, reconciliation) => {
    const decided = append(append(begun(first), 'heavy', 'review'), 'moderator', said);
    const served = first === 'allow';
    expect(undoDecision(decided, 3, 1_000)).toMatchObject({ next: { verdict: 'review', served, reconciliation } });
  });
});

describe('the books of what was taken back', () => {
  const faults = (decisions: readonly UndoableDecision[]): string[] =>
    undoClaims(decisions).flatMap(([holds, fault]) => (holds ? [] : [fault]));

  it('are clean after whatever people do', () => {
    fc.assert(
      fc.property(histories, (history) => {
        expect(faults(history)).toEqual([]);
      }),
    );
  });

  it('show what is wrong', () => {
    const undone = undo(append(append(begun('allow'), 'heavy', 'review'), 'moderator', 'block'));
    const last = (change: Partial<Written>): Written[] =>
      undone.map((decision) => (decision.revision === 4 ? { ...decision, ...change } : decision));
    expect(faults(last({ supersedes: 2 }))).toContain('an undo undoes nothing');
    expect(faults(last({ undoes: null }))).toContain('an undo undoes nothing');
    expect(faults(last({ undoes: 2, supersedes: 2 }))).toContain('what was taken back was no human decision in force');
    expect(faults(last({ verdict: 'block' }))).toEqual(['an undo did not restore what stood before']);
    const [, , , again] = undone;
    if (again === undefined) throw new Error('there are four decisions');
    expect(faults([...undone, { ...again, revision: 5 }])).toContain('a decision was taken back twice');
  });
});
