import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { supersede, type PastDecision } from './history.js';
import { lateBlock, latenessClaims, type RecordedPromise } from './lateness.js';
import { LATE_DEFAULTS, type LateDefault } from './policy.js';
import { isHuman, served, standing } from './standing.js';
import { PROVISIONAL_VERDICTS, SOURCES, VERDICTS, type Cause, type Source, type Stage, type Verdict } from './words.js';

const FINAL_BY_MS = 10_000;
const LATE_MS = 10_500;

const decision = (revision: number, stage: Stage, source: Source, verdict: Verdict, atMs: number): PastDecision => ({
  revision,
  stage,
  source,
  verdict,
  band: null,
  decidedAtMs: atMs,
});
const ALLOWED = decision(1, 'provisional', 'fast', 'allow', 1_000);
const BLOCKED = decision(1, 'provisional', 'fast', 'block', 1_000);

/** The history with its late block, as the database then has it. */
function withLate(history: readonly PastDecision[], atMs: number): PastDecision[] {
  const block = lateBlock(history, 'block');
  if (block === undefined) throw new Error('it is not blocked');
  return [...history, { ...block.judgement, revision: block.revision, stage: 'provisional', decidedAtMs: atMs }];
}

describe('an asset whose final is late', () => {
  it('is blocked by default, provisionally, where that was promised', () => {
    expect(lateBlock([ALLOWED], 'block')).toEqual({
      revision: 2,
      supersedes: 1,
      judgement: { verdict: 'block', band: null, source: 'default', reasons: [{ code: 'final_late' }] },
    });
  });

  it.each<[string, PastDecision[], LateDefault]>([
    ['that the provisional decision stands was promised', [ALLOWED], 'provisional_stands'],
    ['it is not served anyway', [BLOCKED], 'block'],
    ['a person has allowed it', [ALLOWED, decision(2, 'final', 'moderator', 'allow', 5_000)], 'block'],
    ['its final is there', [ALLOWED, decision(2, 'final', 'heavy', 'allow', 5_000)], 'block'],
    ['a human is to look at it', [ALLOWED, decision(2, 'final', 'default', 'review', 5_000)], 'block'],
    ['it was blocked for that already', withLate([ALLOWED], LATE_MS), 'block'],
    ['it has no decision', [], 'block'],
  ])('stays as it is where %s', (_why, history, ifLate) => {
    expect(lateBlock(history, ifLate)).toBeUndefined();
  });

  it('is released by its final, and was withheld since it was late', () => {
    const final = { verdict: 'allow', band: null, source: 'heavy', reasons: [] } as const;
    expect(supersede(withLate([ALLOWED], LATE_MS), final, 12_000)).toMatchObject({
      revision: 3,
      supersedes: 2,
      stage: 'final',
      served: true,
      reconciliation: { transition: 'late_release', exposureMs: null, wrongfulHoldMs: 1_500 },
    });
  });

  it('stays blocked by a final that blocks: what was done for its lateness is confirmed', () => {
    const final = { verdict: 'block', band: null, source: 'heavy', reasons: [] } as const;
    expect(supersede(withLate([ALLOWED], LATE_MS), final, 12_000)).toMatchObject({
      served: false,
      // shown from its upload until the promise was broken
      reconciliation: { transition: 'confirmed_block', exposureMs: LATE_MS - 1_000, wrongfulHoldMs: null },
    });
  });

  it('was shown for as long when a human confirms it, and no verdict counts that twice', () => {
    const review = decision(3, 'final', 'heavy', 'review', 12_000);
    const human = { verdict: 'block', band: null, source: 'moderator', reasons: [] } as const;
    const asked = [...withLate([ALLOWED], LATE_MS), review];
    expect(supersede(asked, human, 60_000).reconciliation).toMatchObject({ exposureMs: LATE_MS - 1_000 });
    const blocked = [...asked, decision(4, 'final', 'moderator', 'block', 60_000)];
    expect(supersede(blocked, human, 70_000).reconciliation).toEqual({
      ...{ transition: 'confirmed_block', exposureMs: null, wrongfulHoldMs: null },
    });
    const final = { verdict: 'block', band: null, source: 'heavy', reasons: [] } as const;
    const unserved = [decision(1, 'provisional', 'default', 'block', 1_000)];
    expect(supersede(unserved, final, 12_000).reconciliation).toMatchObject({ exposureMs: null });
  });

  it('stays withheld while a human is asked', () => {
    const final = { verdict: 'review', band: null, source: 'heavy', reasons: [] } as const;
    expect(supersede(withLate([ALLOWED], LATE_MS), final, 12_000)).toMatchObject({ served: false, needsReview: true });
  });
});

describe('after any history', () => {
  const histories = fc
    .tuple(
      fc.constantFrom(...PROVISIONAL_VERDICTS),
      fc.array(fc.tuple(fc.constantFrom(...SOURCES), fc.constantFrom(...VERDICTS)), { maxLength: 5 }),
    )
    .map(([first, finals]) => [
      decision(1, 'provisional', 'fast', first, 0),
      ...finals.map(([source, verdict], index) => decision(index + 2, 'final', source, verdict, index + 1)),
    ]);

  it('being late never makes anything served, never overrules a person, and is done at most once', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(...LATE_DEFAULTS), (history, ifLate) => {
        const block = lateBlock(history, ifLate);
        if (block === undefined) return;
        const overruled = standing(history);
        expect(ifLate).toBe('block');
        expect(block.supersedes).toBe(overruled?.revision);
        expect(overruled === undefined || isHuman(overruled.source)).toBe(false);
        const after = withLate(history, 100);
        expect([served(history), served(after)]).toEqual([true, false]);
        expect(standing(after)?.revision).toBe(block.revision);
        expect(lateBlock(after, ifLate)).toBeUndefined();
      }),
    );
  });
});

describe('a history with a late block', () => {
  const recorded = (
    decisions: readonly (readonly [PastDecision, Cause | null])[],
    ifLate: LateDefault = 'block',
  ): RecordedPromise => ({
    ifLate,
    finalByMs: FINAL_BY_MS,
    decisions: decisions.map(([one, cause]) => ({ ...one, cause })),
  });
  const late = (revision: number, atMs = LATE_MS): PastDecision =>
    decision(revision, 'provisional', 'default', 'block', atMs);
  const final = (revision: number, atMs: number): PastDecision => decision(revision, 'final', 'heavy', 'allow', atMs);
  const faultsOf = (promise: RecordedPromise): string[] =>
    latenessClaims(promise).flatMap(([holds, fault]) => (holds ? [] : [fault]));

  it.each([
    ['none', recorded([[ALLOWED, null]])],
    [
      'none, and none promised',
      recorded(
        [
          [ALLOWED, null],
          [final(2, 20_000), null],
        ],
        'provisional_stands',
      ),
    ],
    [
      'one, then its final',
      recorded([
        [ALLOWED, null],
        [late(2), 'late'],
        [final(3, 20_000), null],
      ]),
    ],
  ])('is whole with %s', (_what, promise) => {
    expect(faultsOf(promise)).toEqual([]);
  });

  it.each<[string, RecordedPromise]>([
    [
      'it was blocked 2 times for being late',
      recorded([
        [ALLOWED, null],
        [late(2), 'late'],
        [late(3), 'late'],
      ]),
    ],
    [
      'it was blocked for being late, and that was not promised',
      recorded(
        [
          [ALLOWED, null],
          [late(2), 'late'],
        ],
        'provisional_stands',
      ),
    ],
    [
      'it was blocked for being late after it had its final',
      recorded([
        [ALLOWED, null],
        [final(2, 5_000), null],
        [late(3), 'late'],
      ]),
    ],
    [
      'it was blocked for being late before it was',
      recorded([
        [ALLOWED, null],
        [late(2, FINAL_BY_MS - 1), 'late'],
      ]),
    ],
    [
      'what was decided for its being late is not the block that was promised',
      recorded([
        [ALLOWED, null],
        [decision(2, 'provisional', 'default', 'allow', LATE_MS), 'late'],
      ]),
    ],
  ])('is broken where %s', (fault, promise) => {
    expect(faultsOf(promise)).toEqual([fault]);
  });
});
