import { describe, expect, it } from '@jest/globals';

import type { PolicyMergeAnswer } from '#contracts/policy-answer.js';
import { policyFaults, STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { applyChanges, mergePolicies } from '#moderation/policy-diff.js';
import { policyLeaves, type PolicyValue } from '#moderation/policy-leaves.js';

import { chosenPolicy, firstChoices, mergeRows, openChoices, type Choices } from './merge-choice.js';
import { valueAt, withValue } from './places.js';

const HEAVY = '/thresholds/sexual.explicit/heavy/blockFrom';
const FAST = '/thresholds/sexual.explicit/fast/blockFrom';
const LATE = '/ifLate/bulk';
const RULE = '/transitions/late_block/sexual.explicit';

const changed = (values: Readonly<Record<string, PolicyValue>>): PolicyDocument =>
  applyChanges(
    STARTING_POLICY,
    Object.entries(values).map(([path, to]) => ({ path, from: to, to })),
  );
const answerOf = (theirs: PolicyDocument, yours: PolicyDocument): PolicyMergeAnswer => {
  const merge = mergePolicies(STARTING_POLICY, theirs, yours);
  const documents = { base: STARTING_POLICY, theirs, yours };
  return { baseVersion: 1, liveVersion: 2, documents, ...merge, faults: policyFaults(merge.merged) };
};

const BOTH = answerOf(
  changed({ [HEAVY]: 0.8, [FAST]: 0.9, [LATE]: 'block' }),
  changed({ [HEAVY]: 0.85, [RULE]: { do: 'ask' }, [LATE]: 'block' }),
);

describe('a merge', () => {
  it('shows every place where both differ, what both changed first', () => {
    expect(mergeRows(BOTH)).toEqual([
      { path: HEAVY, base: 0.7, theirs: 0.8, yours: 0.85, isConflict: true },
      { path: FAST, base: 0.75, theirs: 0.9, yours: 0.75, isConflict: false },
      { path: RULE, base: { do: 'apply' }, theirs: { do: 'apply' }, yours: { do: 'ask' }, isConflict: false },
    ]);
  });

  it('begins with what whoever changed a place made of it, and leaves conflicts open', () => {
    const rows = mergeRows(BOTH);
    const choices = firstChoices(rows);
    expect(choices).toEqual({ [FAST]: 'theirs', [RULE]: 'yours' });
    expect(openChoices(rows, choices)).toBe(1);
    expect(chosenPolicy(BOTH.documents.theirs, rows, choices)).toEqual(BOTH.merged);
  });

  it.each([
    ['theirs', 0.8],
    ['yours', 0.85],
  ] as const)('says what was chosen: %s', (side, value) => {
    const rows = mergeRows(BOTH);
    const choices: Choices = { ...firstChoices(rows), [HEAVY]: side, [FAST]: 'yours' };
    const policy = chosenPolicy(BOTH.documents.theirs, rows, choices);
    expect([valueAt(policy, HEAVY), valueAt(policy, FAST), valueAt(policy, LATE)]).toEqual([value, 0.75, 'block']);
    expect(openChoices(rows, choices)).toBe(0);
  });

  it('of two who made the same of it has nothing to choose', () => {
    const same = changed({ [HEAVY]: 0.8 });
    expect(mergeRows(answerOf(same, same))).toEqual([]);
  });
});

describe('a place of a document', () => {
  it('is read and written as the core does it, wherever it is', () => {
    const yours = changed({ [HEAVY]: 0.85, [RULE]: { do: 'ask' }, '/banks/machineBlocks': true, [LATE]: 'block' });
    let written = STARTING_POLICY;
    for (const [path, value] of policyLeaves(yours)) {
      expect(valueAt(yours, path)).toEqual(value);
      written = withValue(written, path, value);
    }
    expect(written).toEqual(yours);
    expect(valueAt(yours, '/thresholds/nothing/heavy/blockFrom')).toBeUndefined();
    expect(withValue(yours, '/nothing/here', 1)).toEqual(yours);
  });
});
