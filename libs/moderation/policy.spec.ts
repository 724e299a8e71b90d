import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { judgeFinal, judgeProvisional } from './judge.js';
import { labelScores } from './label-scores.js';
import { FINDINGS, LABELS, type Finding } from './label.js';
import {
  completePolicy,
  feedsBank,
  LATE_DEFAULTS,
  policyFaults,
  RULED_TRANSITIONS,
  STARTING_POLICY,
  type PolicyDocument,
  type RuledTransition,
  type Thresholds,
  type TransitionRule,
} from './policy.js';
import { PROVISIONAL_VERDICTS, SOURCES, TIERS, TRAFFIC_CLASSES, type Tier, type TrafficClass } from './words.js';

const DAY_MS = 86_400_000;

function withThresholds(label: Finding, tier: Tier, points: Thresholds, document = STARTING_POLICY): PolicyDocument {
  return {
    ...document,
    thresholds: { ...document.thresholds, [label]: { ...document.thresholds[label], [tier]: points } },
  };
}
const withPromise = (name: TrafficClass, ms: number): PolicyDocument => ({
  ...STARTING_POLICY,
  finalWithinMs: { ...STARTING_POLICY.finalWithinMs, [name]: ms },
});
const withRule = (transition: RuledTransition, label: Finding, rule: TransitionRule): PolicyDocument => ({
  ...STARTING_POLICY,
  transitions: {
    ...STARTING_POLICY.transitions,
    [transition]: { ...STARTING_POLICY.transitions[transition], [label]: rule },
  },
});

/** Anything a number can be, but mostly what people write. */
const anyNumber = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 16 }).map((n) => n / 16) },
  { weight: 1, arbitrary: fc.double({ min: -0.5, max: 1.5 }) },
);
const points = fc.record({ clearBelow: anyNumber, blockFrom: anyNumber });
const tiers = fc.record({ fast: points, heavy: points });
const late = fc.constantFrom(...LATE_DEFAULTS);
const rule: fc.Arbitrary<TransitionRule> = fc.oneof(
  fc.constantFrom({ do: 'apply' as const }, { do: 'ask' as const }),
  fc.record({ do: fc.constant('apply_unless_close' as const), margin: anyNumber }),
);
const rules = fc.record({ 'sexual.explicit': rule, 'sexual.explicit.drawn': rule, 'sexual.suggestive': rule });
const promise = fc.oneof(fc.constantFrom(999, 1_000, 60_000, 30 * DAY_MS, 30 * DAY_MS + 1), fc.double());
const documents: fc.Arbitrary<PolicyDocument> = fc.record({
  thresholds: fc.record({ 'sexual.explicit': tiers, 'sexual.explicit.drawn': tiers, 'sexual.suggestive': tiers }),
  provisional: fc.record({
    uncertain: fc.constantFrom(...PROVISIONAL_VERDICTS),
    unavailable: fc.constantFrom(...PROVISIONAL_VERDICTS),
  }),
  banks: fc.record({ machineBlocks: fc.boolean(), machineAllows: fc.boolean() }),
  finalWithinMs: fc.record({ urgent: promise, normal: promise, bulk: promise }),
  ifLate: fc.record({ urgent: late, normal: late, bulk: late }),
  transitions: fc.record({ late_block: rules, late_release: rules }),
});

describe('the faults of a policy', () => {
  it('are none in what an installation starts with', () => {
    expect(policyFaults(STARTING_POLICY)).toEqual([]);
  });

  it.each<[number, number, string[]]>([
    [0, 0, []],
    [0, 1, []],
    [0.5, 0.5, []],
    [1, 1, []],
    [0.8, 0.3, ['clearBelow']],
    [-0.1, 0.5, ['clearBelow']],
    [0.5, 1.1, ['blockFrom']],
    [1.2, -1, ['clearBelow', 'blockFrom']],
    [Number.NaN, 0.5, ['clearBelow']],
    [0.5, Infinity, ['blockFrom']],
  ])('name the operating points %d and %d by pointer', (clearBelow, blockFrom, names) => {
    for (const label of FINDINGS) {
      for (const tier of TIERS) {
        const faults = policyFaults(withThresholds(label, tier, { clearBelow, blockFrom }));
        expect(faults.map((fault) => fault.pointer)).toEqual(
          names.map((name) => `/thresholds/${label}/${tier}/${name}`),
        );
      }
    }
  });

  it.each([
    [999, false],
    [1_000, true],
    [30 * DAY_MS, true],
    [30 * DAY_MS + 1, false],
    [0, false],
    [-60_000, false],
    [Number.NaN, false],
    [Infinity, false],
  ])('judge a promise of %d ms', (ms, kept) => {
    for (const name of TRAFFIC_CLASSES) {
      const pointers = policyFaults(withPromise(name, ms)).map((fault) => fault.pointer);
      expect(pointers).toEqual(kept ? [] : [`/finalWithinMs/${name}`]);
    }
  });

  it.each([
    [0, true],
    [0.05, true],
    [1, true],
    [-0.01, false],
    [1.01, false],
    [Number.NaN, false],
  ])('judge a margin of %d', (margin, kept) => {
    for (const transition of RULED_TRANSITIONS) {
      for (const label of FINDINGS) {
        const document = withRule(transition, label, { do: 'apply_unless_close', margin });
        expect(policyFaults(document).map((fault) => fault.pointer)).toEqual(
          kept ? [] : [`/transitions/${transition}/${label}/margin`],
        );
      }
    }
  });

  it('are told together, each once, with words', () => {
    const document = withThresholds(
      'sexual.explicit',
      'fast',
      { clearBelow: 0.9, blockFrom: 0.1 },
      withThresholds('sexual.suggestive', 'heavy', { clearBelow: 2, blockFrom: 2 }, withPromise('bulk', 0)),
    );
    expect(policyFaults(document)).toEqual([
      { pointer: '/thresholds/sexual.explicit/fast/clearBelow', detail: 'must not exceed blockFrom' },
      { pointer: '/thresholds/sexual.suggestive/heavy/clearBelow', detail: 'must lie between 0 and 1' },
      { pointer: '/thresholds/sexual.suggestive/heavy/blockFrom', detail: 'must lie between 0 and 1' },
      { pointer: '/finalWithinMs/bulk', detail: 'must lie between 1000 and 2592000000 milliseconds' },
    ]);
  });

  it('point into the document', () => {
    fc.assert(
      fc.property(documents, (document) => {
        for (const { pointer } of policyFaults(document)) {
          const value = pointer
            .slice(1)
            .split('/')
            .reduce<unknown>(
              (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
              document,
            );
          expect(typeof value).toBe('number');
        }
      }),
    );
  });
});

describe('a policy without faults', () => {
  const faultless = documents
    .map((document) => ({ ...document, finalWithinMs: STARTING_POLICY.finalWithinMs }))
    .filter((document) => policyFaults(document).length === 0);
  const score = fc.oneof(
    fc.integer({ min: 0, max: 16 }).map((n) => n / 16),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  const rows = fc.array(score, { minLength: LABELS.length, maxLength: LABELS.length });

  it('decides every score vector in both tiers, by its operating points alone', () => {
    fc.assert(
      fc.property(faultless, rows, (document, row) => {
        const evidence = { scores: labelScores(row, LABELS), degraded: [] };
        const bands = TIERS.map((tier) => {
          const found = FINDINGS.map((label) => ({
            score: row[LABELS.indexOf(label)] ?? NaN,
            ...document.thresholds[label][tier],
          }));
          if (found.some((one) => one.score >= one.blockFrom)) return 'violating';
          return found.every((one) => one.score < one.clearBelow) ? 'clear' : 'uncertain';
        });
        const provisional = judgeProvisional({ version: 1, document }, evidence);
        const final = judgeFinal({ version: 1, document }, evidence);
        expect([provisional.band, final.band]).toEqual(bands);
        expect(['allow', 'block']).toContain(provisional.verdict);
        expect(final.verdict).toBe({ clear: 'allow', uncertain: 'review', violating: 'block' }[final.band ?? 'clear']);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a policy and the banks', () => {
  const withBanks = (machineBlocks: boolean, machineAllows: boolean): PolicyDocument => ({
    ...STARTING_POLICY,
    banks: { machineBlocks, machineAllows },
  });

  it('learn from the machine only where the policy says so, and never from a bank, a human or a default', () => {
    for (const [blocks, allows] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ] as const) {
      const document = withBanks(blocks, allows);
      expect(feedsBank(document, { verdict: 'block', source: 'heavy' })).toBe(blocks);
      expect(feedsBank(document, { verdict: 'allow', source: 'heavy' })).toBe(allows);
      expect(feedsBank(document, { verdict: 'review', source: 'heavy' })).toBe(false);
      for (const source of SOURCES.filter((one) => one !== 'heavy')) {
        expect(feedsBank(document, { verdict: 'block', source })).toBe(false);
      }
    }
  });

  it('that was stored without them means that the machine stays out', () => {
    const { banks, ...stored } = withBanks(true, true);
    expect(completePolicy(stored)).toEqual(withBanks(false, false));
    expect(completePolicy({ ...stored, banks })).toEqual(withBanks(true, true));
  });
});

describe('a policy that was stored before it could say what a late final and a transition do', () => {
  it('changes nothing that is served while it waits, and applies at once', () => {
    const { ifLate, transitions, ...stored } = STARTING_POLICY;
    expect(completePolicy(stored)).toEqual(STARTING_POLICY);
    const asks = withRule('late_block', 'sexual.suggestive', { do: 'ask' }).transitions;
    const blocks = { ...ifLate, urgent: 'block' as const };
    expect(completePolicy({ ...stored, transitions: asks, ifLate: blocks })).toEqual({
      ...STARTING_POLICY,
      transitions: asks,
      ifLate: blocks,
    });
    expect(transitions).not.toEqual(asks);
  });
});
