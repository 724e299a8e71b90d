import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { supersede } from './history.js';
import type { Judgement, Reason } from './judge.js';
import { FINDINGS, type Finding } from './label.js';
import { STARTING_TRANSITIONS, type RuledTransition, type TransitionRule, type TransitionRules } from './policy.js';
import { isHuman, served, standing } from './standing.js';
import { ruleOn, type Proposed, type ReasonedDecision } from './transition-rules.js';
import { type Source, type Verdict } from './words.js';

const EXPLICIT: Finding = 'sexual.explicit';
const SUGGESTIVE: Finding = 'sexual.suggestive';

const rulesOf = (transition: RuledTransition, rules: Partial<Record<Finding, TransitionRule>>): TransitionRules => ({
  ...STARTING_TRANSITIONS,
  [transition]: { ...STARTING_TRANSITIONS[transition], ...rules },
});

const because = (...labels: Finding[]): Reason[] => labels.map((label) => ({ code: 'violating', label }));
const provisional = (verdict: Verdict, reasons: Reason[] = [], source: Source = 'fast'): ReasonedDecision => ({
  revision: 1,
  stage: 'provisional',
  source,
  verdict,
  band: null,
  reasons,
  decidedAtMs: 0,
});
const later = (...made: Omit<ReasonedDecision, 'revision' | 'stage' | 'band' | 'decidedAtMs'>[]): ReasonedDecision[] =>
  made.map((one, index) => ({ ...one, revision: index + 2, stage: 'final', band: null, decidedAtMs: index + 1 }));

const blocks = (...labels: Finding[]): Judgement => ({
  verdict: 'block',
  band: 'violating',
  source: 'heavy',
  reasons: because(...labels),
});
const allows: Judgement = { verdict: 'allow', band: 'clear', source: 'heavy', reasons: [] };

describe('a late block', () => {
  const served = [provisional('allow')];

  it.each<[string, TransitionRule, number, 'ask' | 'apply_unless_close' | null]>([
    ['that applies', { do: 'apply' }, 0, null],
    ['that asks', { do: 'ask' }, 1, 'ask'],
    ['that is nearer than the margin', { do: 'apply_unless_close', margin: 0.1 }, 0.09, 'apply_unless_close'],
    ['that is as far as the margin', { do: 'apply_unless_close', margin: 0.1 }, 0.1, null],
    [
      'on a score that is no number, far from nothing',
      { do: 'apply_unless_close', margin: 0.1 },
      0,
      'apply_unless_close',
    ],
    ['without a margin to keep', { do: 'apply_unless_close', margin: 0 }, 0, null],
  ])('%s', (_case, rule, margin, heldBy) => {
    const rules = rulesOf('late_block', { [EXPLICIT]: rule });
    const ruling = ruleOn({ judgement: blocks(EXPLICIT), margin, rules }, served);
    expect(ruling).toMatchObject({ change: 'late_block', labels: [EXPLICIT], heldBy });
    expect(ruling.judgement).toEqual(
      heldBy === null
        ? blocks(EXPLICIT)
        : {
            verdict: 'review',
            band: 'violating',
            source: 'heavy',
            reasons: [...because(EXPLICIT), { code: 'awaits_moderator' }],
          },
    );
  });

  it('goes by the strictest rule of the labels that block, and by no other label', () => {
    const rules = rulesOf('late_block', {
      [EXPLICIT]: { do: 'apply_unless_close', margin: 0.1 },
      [SUGGESTIVE]: { do: 'ask' },
    });
    const heldBy = (judgement: Judgement, margin: number): unknown =>
      ruleOn({ judgement, margin, rules }, served).heldBy;
    expect(heldBy(blocks(EXPLICIT, SUGGESTIVE), 0)).toBe('ask');
    expect(heldBy(blocks(EXPLICIT), 0)).toBe('apply_unless_close');
    const besides = {
      ...blocks(EXPLICIT),
      reasons: [...because(EXPLICIT), { code: 'uncertain', label: SUGGESTIVE } as const],
    };
    expect(heldBy(besides, 1)).toBeNull();
  });

  it('by a bank, and one under no rules, applies', () => {
    const rules = rulesOf('late_block', { [EXPLICIT]: { do: 'ask' } });
    const known: Judgement = { verdict: 'block', band: null, source: 'hash', reasons: [{ code: 'known_hash' }] };
    expect(ruleOn({ judgement: known, margin: 0, rules }, served).judgement).toBe(known);
    const judgement = blocks(EXPLICIT);
    expect(ruleOn({ judgement, margin: 0 }, served).judgement).toBe(judgement);
  });
});

describe('a late release', () => {
  const asks = rulesOf('late_release', { [EXPLICIT]: { do: 'ask' } });
  const heldBy = (history: ReasonedDecision[], judgement = allows): unknown =>
    ruleOn({ judgement, margin: 1, rules: asks }, history).heldBy;

  it('goes by the labels that the provisional block named', () => {
    expect(heldBy([provisional('block', because(EXPLICIT))])).toBe('ask');
    expect(heldBy([provisional('block', [{ code: 'uncertain', label: EXPLICIT }])])).toBe('ask');
    expect(heldBy([provisional('block', because(SUGGESTIVE))])).toBeNull();
  });

  it('without a label applies', () => {
    expect(heldBy([provisional('block', [{ code: 'fast_tier_failed' }], 'default')])).toBeNull();
  });

  it('knows every block since it was last allowed, and forgets those before', () => {
    const block = { source: 'heavy', verdict: 'block', reasons: because(EXPLICIT) } as const;
    const nameless = { source: 'default', verdict: 'block', reasons: [{ code: 'known_hash' }] } as const;
    const allow = { source: 'heavy', verdict: 'allow', reasons: [] } as const;
    expect(heldBy([provisional('allow'), ...later(block, nameless)])).toBe('ask');
    expect(heldBy([provisional('block', because(EXPLICIT)), ...later(allow, nameless)])).toBeNull();
  });
});

describe('whatever the rules', () => {
  const label = fc.constantFrom(...FINDINGS);
  const reasons = fc.uniqueArray(label).chain((labels) =>
    fc.constantFrom<Reason[]>(
      because(...labels),
      labels.map((one): Reason => ({ code: 'uncertain', label: one })),
    ),
  );
  const rule = fc.oneof(
    fc.constantFrom<TransitionRule>({ do: 'apply' }, { do: 'ask' }),
    fc.record({ do: fc.constant('apply_unless_close' as const), margin: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  const byLabel = fc.record({ 'sexual.explicit': rule, 'sexual.explicit.drawn': rule, 'sexual.suggestive': rule });
  const rules = fc.record({ late_block: byLabel, late_release: byLabel });
  const decided = fc.record({
    source: fc.constantFrom<Source>('heavy', 'heavy', 'hash', 'default', 'moderator', 'appeal'),
    verdict: fc.constantFrom<Verdict>('allow', 'block', 'review'),
    reasons,
  });
  const histories = fc
    .tuple(fc.constantFrom<Verdict>('allow', 'block'), reasons, fc.array(decided, { maxLength: 4 }))
    .map(([first, why, made]) => [provisional(first, why), ...later(...made)]);
  const judgements = decided
    .filter(({ source }) => !isHuman(source))
    .map((made): Judgement => ({ ...made, band: 'uncertain' }));
  const proposals: fc.Arbitrary<Proposed & { readonly rules: TransitionRules }> = fc.record({
    judgement: judgements,
    margin: fc.double({ min: 0, max: 1, noNaN: true }),
    rules,
  });

  it('what is served changes as without them, or not at all', () => {
    fc.assert(
      fc.property(proposals, histories, (proposed, history) => {
        const { judgement, heldBy } = ruleOn(proposed, history);
        const ruled = supersede(history, judgement, 99);
        if (heldBy === null) expect(judgement).toBe(proposed.judgement);
        else {
          expect(ruled).toMatchObject({ served: served(history), needsReview: true });
          expect(supersede(history, proposed.judgement, 99).served).not.toBe(served(history));
          expect(judgement).toMatchObject({ source: 'heavy', verdict: 'review', band: proposed.judgement.band });
        }
      }),
    );
  });

  it('what changes nothing that is served, and what comes after a human, is as it was judged', () => {
    fc.assert(
      fc.property(proposals, histories, (proposed, history) => {
        const ruling = ruleOn(proposed, history);
        const before = standing(history);
        const { reconciliation } = supersede(history, proposed.judgement, 99);
        if (before !== undefined && isHuman(before.source)) expect(reconciliation).toBeNull();
        const change = reconciliation?.transition;
        if (change === 'late_block' || change === 'late_release') expect(ruling.change).toBe(change);
        else expect(ruling).toEqual({ judgement: proposed.judgement, change: null, labels: [], heldBy: null });
      }),
    );
  });

  it('a policy that applies all is a policy without rules', () => {
    fc.assert(
      fc.property(proposals, histories, ({ judgement, margin }, history) => {
        const ruling = ruleOn({ judgement, margin, rules: STARTING_TRANSITIONS }, history);
        expect(ruling).toEqual(ruleOn({ judgement, margin }, history));
        expect(ruling.judgement).toBe(judgement);
      }),
    );
  });

  it('a stricter rule lets nothing through that a milder one held', () => {
    fc.assert(
      fc.property(proposals, histories, label, (proposed, history, one) => {
        const stricter = (['late_block', 'late_release'] as const).reduce<TransitionRules>(
          (all, transition) => ({ ...all, [transition]: { ...all[transition], [one]: { do: 'ask' } } }),
          proposed.rules,
        );
        const mild = ruleOn(proposed, history).heldBy;
        const strict = ruleOn({ ...proposed, rules: stricter }, history).heldBy;
        if (mild !== null) expect(strict).not.toBeNull();
      }),
    );
  });
});
