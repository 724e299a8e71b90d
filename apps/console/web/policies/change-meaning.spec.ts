import { describe, expect, it } from '@jest/globals';

import { STARTING_POLICY } from '#moderation/policy.js';
import { applyChanges, diffPolicies } from '#moderation/policy-diff.js';
import { policyLeaves } from '#moderation/policy-leaves.js';

import { changeMeaning } from './change-meaning.js';
import { placeName, valueText } from './place-words.js';

const AT = '/thresholds/sexual.explicit';

describe('what a change does', () => {
  it.each([
    [`${AT}/fast/clearBelow`, 0.3, 0.4, 'More is cleared at upload'],
    [`${AT}/fast/blockFrom`, 0.7, 0.8, 'Less is blocked at upload'],
    [`${AT}/fast/blockFrom`, 0.8, 0.7, 'More is blocked at upload'],
    [`${AT}/heavy/clearBelow`, 0.4, 0.3, 'Less is allowed, more goes to people'],
    [`${AT}/heavy/blockFrom`, 0.7, 0.8, 'Less is blocked, more goes to people'],
    ['/finalWithinMs/urgent', 60_000, 30_000, 'Promises finals sooner'],
    ['/provisional/uncertain', 'allow', 'block', 'Safer, and blocks more in error'],
    ['/ifLate/bulk', 'provisional_stands', 'block', 'Images with a late final are blocked'],
    ['/banks/machineBlocks', false, true, ''],
  ] as const)('%s from %s to %s: %s', (path, from, to, words) => {
    expect(changeMeaning({ path, from, to })).toBe(words);
  });

  it('of a rule is whether people are asked more or less', () => {
    const path = '/transitions/late_block/sexual.explicit';
    const close = { do: 'apply_unless_close', margin: 0.1 } as const;
    expect(changeMeaning({ path, from: { do: 'apply' }, to: close })).toBe('People are asked about more late blocks');
    expect(changeMeaning({ path, from: { do: 'ask' }, to: close })).toBe('People are asked about fewer late blocks');
    expect(changeMeaning({ path, from: close, to: { ...close, margin: 0.2 } })).toContain('more late blocks');
  });
});

describe('a place of a policy', () => {
  it.each([
    [`${AT}/heavy/blockFrom`, 0.7, 'Explicit · Heavy model · Block from', '0.70'],
    [`${AT}/heavy/blockFrom`, 0.123_4, 'Explicit · Heavy model · Block from', '0.1234'],
    ['/finalWithinMs/urgent', 90_000, 'Urgent · Final within', '90 s'],
    ['/ifLate/bulk', 'block', 'Bulk · When the final is late', 'Block it'],
    ['/provisional/unavailable', 'block', 'When the fast model gave no scores', 'Block'],
    ['/transitions/late_release/sexual.suggestive', { do: 'ask' }, 'Late release · Suggestive', 'Ask a human'],
    ['/banks/machineAllows', true, 'What the heavy model allows goes to the bank of allowed images', 'Yes'],
  ] as const)('%s saying %j is %s: %s', (path, value, name, text) => {
    expect([placeName(path), valueText(path, value)]).toEqual([name, text]);
  });

  it('has a name of its own, wherever it is', () => {
    const paths = [...policyLeaves(STARTING_POLICY).keys()];
    const names = paths.map(placeName);
    expect(new Set(names).size).toBe(paths.length);
    expect(names.filter((name) => /undefined|\/|\./.test(name))).toEqual([]);
  });

  it('tells two values apart by what it says', () => {
    const other = applyChanges(STARTING_POLICY, [{ path: '/finalWithinMs/bulk', from: 0, to: 3_600_000 }]);
    const texts = diffPolicies(STARTING_POLICY, other).map(({ path, from, to }) =>
      [from, to].map((value) => valueText(path, value)),
    );
    expect(texts).toEqual([['1 d', '1 h']]);
  });
});
