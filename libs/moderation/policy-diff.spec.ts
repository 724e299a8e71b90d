import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { applyChanges, diffPolicies, mergePolicies } from './policy-diff.js';
import { STARTING_POLICY, type PolicyDocument } from './policy.js';
import { policies } from '../../test/support/arbitrary-policies.js';

describe('the difference of two policies', () => {
  it('is nothing where they say the same', () => {
    fc.assert(fc.property(policies(), (one) => diffPolicies(one, structuredClone(one)).length === 0));
  });

  it('made to the first gives the second', () => {
    fc.assert(
      fc.property(policies(), policies(), (one, other) => {
        expect(applyChanges(one, diffPolicies(one, other))).toEqual(other);
      }),
    );
  });

  it('names places, and what stood and stands there', () => {
    const ask = { do: 'ask' } as const;
    const rules = { ...STARTING_POLICY.transitions.late_block, 'sexual.suggestive': ask };
    const other: PolicyDocument = {
      ...STARTING_POLICY,
      provisional: { ...STARTING_POLICY.provisional, uncertain: 'block' },
      transitions: { ...STARTING_POLICY.transitions, late_block: rules },
    };
    expect(diffPolicies(STARTING_POLICY, other)).toEqual([
      { path: '/provisional/uncertain', from: 'allow', to: 'block' },
      { path: '/transitions/late_block/sexual.suggestive', from: { do: 'apply' }, to: ask },
    ]);
  });

  it('that fits no place changes nothing', () => {
    const changes = [
      { path: '/provisional/uncertain', from: 'allow', to: 7 },
      { path: '/nowhere', from: 1, to: 2 },
    ] as const;
    expect(applyChanges(STARTING_POLICY, changes)).toEqual(STARTING_POLICY);
  });
});

describe('what two people made of one policy', () => {
  it('comes together wherever only one changed something, or both did the same', () => {
    fc.assert(
      fc.property(policies(), policies(), policies(), (base, theirs, yours) => {
        const { merged, conflicts } = mergePolicies(base, theirs, yours);
        const inConflict = new Set(conflicts.map(({ path }) => path));
        const ofYours = diffPolicies(base, yours).filter(({ path }) => !inConflict.has(path));
        expect(merged).toEqual(applyChanges(theirs, ofYours));
        expect(
          conflicts.every(({ path }) => diffPolicies(theirs, merged).every((change) => change.path !== path)),
        ).toBe(true);
      }),
    );
  });

  it('is the other one where one changed nothing', () => {
    fc.assert(
      fc.property(policies(), policies(), (base, other) => {
        expect(mergePolicies(base, other, base)).toMatchObject({ merged: other, conflicts: [] });
        expect(mergePolicies(base, base, other)).toMatchObject({ merged: other, conflicts: [] });
        expect(mergePolicies(base, other, other)).toMatchObject({ merged: other, conflicts: [] });
      }),
    );
  });

  it('is in conflict where both changed the same place differently', () => {
    const uncertain = '/thresholds/sexual.explicit/fast/blockFrom';
    const at = (to: number): PolicyDocument => applyChanges(STARTING_POLICY, [{ path: uncertain, from: 0.75, to }]);
    expect(mergePolicies(STARTING_POLICY, at(0.8), at(0.9)).conflicts).toEqual([
      { path: uncertain, base: 0.75, theirs: 0.8, yours: 0.9 },
    ]);
  });
});
