import fc from 'fast-check';
import type { Finding } from '#moderation/label.js';
import type { PolicyDocument, Thresholds, TransitionRule } from '#moderation/policy.js';
import type { TrafficClass } from '#moderation/words.js';

/** Scores as they are stored: 32 bits, few of them different, so that they meet thresholds; and those that are none. */
export const scores = (): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 16 }).map((sixteenth) => sixteenth / 16) },
    { weight: 3, arbitrary: fc.float({ min: 0, max: 1, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  );

const shares = (): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 0, max: 16 }).map((sixteenth) => sixteenth / 16),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );

const thresholds = (): fc.Arbitrary<Thresholds> =>
  fc.tuple(shares(), shares()).map(([one, other]) => ({
    clearBelow: Math.min(one, other),
    blockFrom: Math.max(one, other),
  }));

const ofLabels = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<Finding, T>> =>
  fc.record({ 'sexual.explicit': value, 'sexual.explicit.drawn': value, 'sexual.suggestive': value });

const ofClasses = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<TrafficClass, T>> =>
  fc.record({ urgent: value, normal: value, bulk: value });

const rules = (): fc.Arbitrary<TransitionRule> =>
  fc.oneof(
    fc.constant({ do: 'apply' } as const),
    fc.constant({ do: 'ask' } as const),
    shares().map((margin) => ({ do: 'apply_unless_close', margin }) as const),
  );

/** Policies that the console accepts. @param rule of transitions; left out: any */
export const policies = (rule: fc.Arbitrary<TransitionRule> = rules()): fc.Arbitrary<PolicyDocument> => {
  const verdict = fc.constantFrom('allow' as const, 'block' as const);
  return fc.record({
    thresholds: ofLabels(fc.record({ fast: thresholds(), heavy: thresholds() })),
    provisional: fc.record({ uncertain: verdict, unavailable: verdict }),
    banks: fc.record({ machineBlocks: fc.boolean(), machineAllows: fc.boolean() }),
    finalWithinMs: ofClasses(fc.integer({ min: 1_000, max: 2_592_000_000 })),
    ifLate: ofClasses(fc.constantFrom('provisional_stands' as const, 'block' as const)),
    transitions: fc.record({ late_block: ofLabels(rule), late_release: ofLabels(rule) }),
  });
};
