import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  bandOf,
  judgeByHash,
  judgeFinal,
  judgeProvisional,
  judgeUnavailable,
  judgeUnlabelled,
  marginOf,
  type Evidence,
} from './judge.js';
import { labelScores, worstScores, type LabelScores } from './label-scores.js';
import { FINDINGS, LABELS, type Finding, type Label } from './label.js';
import { STARTING_POLICY, type Policy, type Thresholds } from './policy.js';
import { BANDS, PROVISIONAL_VERDICTS, TIERS, type Tier } from './words.js';

const START: Policy = { version: 1, document: STARTING_POLICY };

/** Sixteenths as well, so that scores often lie exactly on an operating point. */
const share = fc.oneof(
  fc.integer({ min: 0, max: 16 }).map((n) => n / 16),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const thresholds = fc
  .tuple(share, share)
  .map(([a, b]): Thresholds => ({ clearBelow: Math.min(a, b), blockFrom: Math.max(a, b) }));
const tiers = fc.record({ fast: thresholds, heavy: thresholds });
const verdict = fc.constantFrom(...PROVISIONAL_VERDICTS);
const policies: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant(7),
  document: fc.record({
    thresholds: fc.record({ 'sexual.explicit': tiers, 'sexual.explicit.drawn': tiers, 'sexual.suggestive': tiers }),
    provisional: fc.record({ uncertain: verdict, unavailable: verdict }),
    banks: fc.constant(STARTING_POLICY.banks),
    finalWithinMs: fc.constant(STARTING_POLICY.finalWithinMs),
    ifLate: fc.constant(STARTING_POLICY.ifLate),
    transitions: fc.constant(STARTING_POLICY.transitions),
  }),
});
const scoresOf = (score: fc.Arbitrary<number>): fc.Arbitrary<LabelScores> =>
  fc.array(score, { minLength: LABELS.length, maxLength: LABELS.length }).map((row) => labelScores(row, LABELS));
const degradation = fc.constantFrom('damaged' as const, 'frames_not_decoded' as const);
const finding = fc.constantFrom<Finding>(...FINDINGS);

const seen = (scores: Partial<Record<Label, number>>, ...degraded: Evidence['degraded']): Evidence => ({
  scores: new Map(LABELS.flatMap((label) => (scores[label] === undefined ? [] : [[label, scores[label]]]))),
  degraded,
});

function withBlockFrom(policy: Policy, label: Finding, tier: Tier, blockFrom: number): Policy {
  const { thresholds: all } = policy.document;
  const changed = { ...all[label], [tier]: { ...all[label][tier], blockFrom } };
  return { ...policy, document: { ...policy.document, thresholds: { ...all, [label]: changed } } };
}

describe('the band of a score', () => {
  it.each([
    [0, 'clear'],
    [0.299, 'clear'],
    [0.3, 'uncertain'],
    [0.749, 'uncertain'],
    [0.75, 'violating'],
    [1, 'violating'],
    [Number.NaN, 'violating'],
    [Infinity, 'violating'],
  ])('of %d between .3 and .75 is %s', (score, band) => {
    expect(bandOf(score, { clearBelow: 0.3, blockFrom: 0.75 })).toBe(band);
  });

  it('never gets milder as the score rises', () => {
    fc.assert(
      fc.property(thresholds, share, share, (points, a, b) => {
        const severity = (score: number): number => BANDS.indexOf(bandOf(score, points));
        expect(severity(Math.min(a, b))).toBeLessThanOrEqual(severity(Math.max(a, b)));
      }),
    );
  });
});

describe('the provisional judgement', () => {
  it.each([
    ['clear', seen({ neutral: 0.9, 'sexual.explicit': 0.05 }), 'allow', 'clear', []],
    [
      'uncertain',
      seen({ 'sexual.explicit': 0.5 }),
      'allow',
      'uncertain',
      [{ code: 'uncertain', label: 'sexual.explicit' }],
    ],
    [
      'violating',
      seen({ 'sexual.explicit': 0.8 }),
      'block',
      'violating',
      [{ code: 'violating', label: 'sexual.explicit' }],
    ],
    [
      'the worst of several',
      seen({ 'sexual.suggestive': 0.6, 'sexual.explicit.drawn': 0.75 }),
      'block',
      'violating',
      [
        { code: 'violating', label: 'sexual.explicit.drawn' },
        { code: 'uncertain', label: 'sexual.suggestive' },
      ],
    ],
    ['clear but damaged', seen({ 'sexual.explicit': 0 }, 'damaged'), 'block', 'clear', [{ code: 'damaged' }]],
  ])('of %s evidence', (_case, evidence, verdict, band, reasons) => {
    expect(judgeProvisional(START, evidence)).toEqual({ verdict, band, source: 'fast', reasons });
  });

  it('of uncertain evidence is what the policy says', () => {
    const document = { ...STARTING_POLICY, provisional: { uncertain: 'block', unavailable: 'block' } } as const;
    expect(judgeProvisional({ version: 2, document }, seen({ 'sexual.explicit': 0.5 })).verdict).toBe('block');
  });

  it('is never an allow where a finding has no number', () => {
    fc.assert(
      fc.property(policies, scoresOf(share), finding, (policy, scores, label) => {
        const evidence = { scores: new Map(scores).set(label, Number.NaN), degraded: [] };
        expect(judgeProvisional(policy, evidence)).toMatchObject({ verdict: 'block', band: 'violating' });
        expect(judgeFinal(policy, evidence).verdict).toBe('block');
      }),
    );
  });

  it('is never an allow for a degraded image', () => {
    fc.assert(
      fc.property(policies, scoresOf(share), fc.array(degradation, { minLength: 1 }), (policy, scores, degraded) => {
        expect(judgeProvisional(policy, { scores, degraded }).verdict).toBe('block');
        expect(judgeFinal(policy, { scores, degraded }).verdict).not.toBe('allow');
      }),
    );
  });

  it.each<[string, number[][]]>([
    ['no view', []],
    ['an empty view', [[]]],
    ['an empty view among good ones', [[0, 0, 0, 0, 1], []]],
  ])('is never an allow for %s', (_case, views) => {
    fc.assert(
      fc.property(policies, (policy) => {
        const evidence = { scores: labelScores(worstScores(views, LABELS), LABELS), degraded: [] };
        expect(judgeProvisional(policy, evidence).verdict).toBe('block');
        expect(judgeFinal(policy, evidence).verdict).not.toBe('allow');
      }),
    );
  });

  it('is never an allow where not one finding was scored', () => {
    for (const scores of [new Map(), new Map([['neutral', 1]] as const)]) {
      expect(judgeProvisional(START, { scores, degraded: [] }).verdict).toBe('block');
    }
  });
});

describe('a higher blockFrom', () => {
  it('never blocks more, in either tier', () => {
    fc.assert(
      fc.property(
        policies,
        finding,
        fc.constantFrom(...TIERS),
        share,
        scoresOf(share),
        (policy, label, tier, by, scores) => {
          const { blockFrom } = policy.document.thresholds[label][tier];
          const raised = withBlockFrom(policy, label, tier, blockFrom + (1 - blockFrom) * by);
          for (const judge of [judgeProvisional, judgeFinal]) {
            const evidence = { scores, degraded: [] };
            if (judge(raised, evidence).verdict === 'block') expect(judge(policy, evidence).verdict).toBe('block');
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the final judgement', () => {
  it.each([
    ['clear', seen({ 'sexual.explicit': 0 }), 'allow', 'clear'],
    ['uncertain', seen({ 'sexual.explicit': 0.35 }), 'review', 'uncertain'],
    ['violating', seen({ 'sexual.explicit': 0.7 }), 'block', 'violating'],
    ['clear but not wholly seen', seen({ 'sexual.explicit': 0 }, 'frames_not_decoded'), 'review', 'clear'],
    ['uncertain and damaged', seen({ 'sexual.explicit': 0.4 }, 'damaged'), 'review', 'uncertain'],
    ['violating and damaged', seen({ 'sexual.explicit': 0.9 }, 'damaged'), 'block', 'violating'],
  ])('of %s evidence', (_case, evidence, verdict, band) => {
    expect(judgeFinal(START, evidence)).toMatchObject({ verdict, band, source: 'heavy' });
  });
});

describe('a judgement without scores', () => {
  it.each(['fast_tier_failed', 'fast_tier_not_ready', 'shed'] as const)('%s: the declared default', (why) => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(judgeUnavailable(policy, why)).toEqual({
          verdict: policy.document.provisional.unavailable,
          band: null,
          source: 'default',
          reasons: [{ code: why }],
        });
      }),
      { numRuns: 10 },
    );
  });

  it.each(['heavy_tier_failed', 'heavy_tier_refused'] as const)('%s: a human decides', (why) => {
    expect(judgeUnlabelled(why)).toEqual({
      verdict: 'review',
      band: null,
      source: 'default',
      reasons: [{ code: why }],
    });
  });
});

describe('the judgement by a known hash', () => {
  it.each(PROVISIONAL_VERDICTS)('of a bank that says %s is what the bank says, and does not say which', (kind) => {
    const hit = { bank: 'decided', kind, entryId: 7, match: 'perceptual' as const, distance: 3 };
    expect(judgeByHash(hit)).toEqual({ verdict: kind, band: null, source: 'hash', reasons: [{ code: 'known_hash' }] });
  });
});

describe('the margin', () => {
  it.each([
    ['on an operating point', seen({ 'sexual.explicit': 0.75 }), 0],
    ['between two of them', seen({ 'sexual.explicit': 0.5 }), 0.2],
    ['beyond the last', seen({ 'sexual.explicit': 0.95 }), 0.2],
    ['of nothing found', seen({ neutral: 1 }), 0.3],
  ])('%s', (_case, { scores }, margin) => {
    expect(marginOf(START, 'fast', scores)).toBeCloseTo(margin, 10);
  });

  it('is room: while every score moves by less, no label changes its band', () => {
    const sixtyFourth = fc.integer({ min: 0, max: 64 }).map((n) => n / 64); // exact in binary, so that sums are too
    fc.assert(
      fc.property(
        policies,
        fc.constantFrom(...TIERS),
        scoresOf(sixtyFourth),
        fc.integer({ min: -64, max: 64 }),
        (policy, tier, scores, n) => {
          const margin = marginOf(policy, tier, scores);
          expect(margin).toBeGreaterThanOrEqual(0);
          expect(margin).toBeLessThanOrEqual(1);
          if (Math.abs(n / 64) >= margin) return;
          for (const label of FINDINGS) {
            const score = scores.get(label) ?? 0;
            const points = policy.document.thresholds[label][tier];
            expect(bandOf(score + n / 64, points)).toBe(bandOf(score, points));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
